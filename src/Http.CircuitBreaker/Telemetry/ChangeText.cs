using System.Globalization;
using Http.CircuitBreaker.Circuits;
using Http.CircuitBreaker.Printing;
using static System.FormattableString;

namespace Http.CircuitBreaker.Telemetry;

/// <summary>Describes a state change for log messages: what caused it and what happens next.</summary>
internal static class ChangeText
{
    public static string Cause(CircuitStateChange change, CircuitSettings settings) => change.Reason switch
    {
        CircuitTransitionReason.FailureRatio => $"{Failures(change, "call")}, limit {Ratio(settings)}",
        CircuitTransitionReason.OverdueCalls =>
            $"{Failures(change, "call")}, {change.Overdue} of them still waiting after {Seconds(settings.SlowCallDuration)}, "
            + $"limit {Ratio(settings)}",
        CircuitTransitionReason.ConsecutiveFailures => Invariant(
            $"{settings.ConsecutiveFailures} or more calls failed in a row{Reason(change)}, ")
            + $"over at least {Seconds(settings.ConsecutiveFailuresDuration)}",
        CircuitTransitionReason.Unresponsive =>
            $"{Count(change.Overdue, "call")} got no answer; the host has been silent for at least 3 s, and for 3 times as long as its "
            + "slowest recent answer took",
        CircuitTransitionReason.HostAnswered => "the host answered an earlier call",
        CircuitTransitionReason.RetryAfter => Invariant(
            $"a failed call{Reason(change)} had a Retry-After of {(change.RetryAfter ?? TimeSpan.Zero).TotalSeconds:0.###} s"),
        CircuitTransitionReason.ProbesFailed => Failures(change, "probe"),
        CircuitTransitionReason.ProbeTimeout => $"{Failures(change, "probe")}, the last one timed out",
        CircuitTransitionReason.RecoveryFailed => $"{Failures(change, "call")} during slow start, limit {Percent(settings.FailureRatio)}",
        CircuitTransitionReason.ProbesSucceeded => Count(change.Total - change.Failed, "probe") + " succeeded",
        CircuitTransitionReason.Recovered => "slow start is complete",
        CircuitTransitionReason.Remote when change.State == CircuitState.Open =>
            $"{Count(change.RemoteInstances, "other instance")} reported failures{Reason(change)}",
        CircuitTransitionReason.Remote => "another instance closed it",
        _ => "reset by hand",
    };

    /// <summary>Describes what happens to calls while the circuit is open, half-open or isolated.</summary>
    public static string NextStep(CircuitStateChange change, CircuitSettings settings)
    {
        var (are, note) = settings.Mode == CircuitBreakerMode.Observe ? ("would be", " (in Observe mode they are sent)") : ("are", "");
        return change.BreakDuration is { } duration
            ? Invariant($"Calls {are} rejected for {duration.TotalSeconds:0.###} s{note}, then {Probes(settings)}")
            : change.State == CircuitState.Isolated
                ? $"Calls {are} rejected until the circuit is reset{note}"
                : $"Next, {Probes(settings)}; other calls {are} rejected{note}";
    }

    /// <summary>Describes when to retry a rejected call.</summary>
    public static string Retry(TimeSpan? retryAfter) => retryAfter is { } wait
        ? Invariant($"Retry after {wait.TotalSeconds} s")
        : "The circuit stays isolated until it is reset";

    /// <summary>Describes when the next probe is sent, given the state and the retry time reported to a rejected call.</summary>
    public static string NextProbe(CircuitState state, TimeSpan? retryAfter) => retryAfter is not { } wait
        ? "The circuit stays isolated until it is reset"
        : state == CircuitState.HalfOpen
            ? "The host is being probed"
            : Invariant($"The next probe is due in {wait.TotalSeconds} s");

    /// <summary>Formats a failure reason, for example as <c>HTTP 503</c> or <c>gRPC status 14</c>.</summary>
    public static string Failure(string? reason) => reason switch
    {
        null => "unknown",
        _ when int.TryParse(reason, NumberStyles.None, CultureInfo.InvariantCulture, out _) => $"HTTP {reason}",
        _ when reason.StartsWith("grpc_", StringComparison.Ordinal) => $"gRPC status {reason["grpc_".Length..]}",
        _ => PrintableText.Escape(reason),
    };

    private static string Probes(CircuitSettings settings) => settings.ProbesInBackground
        ? "the health check is called"
        : settings.HalfOpenProbes == 1 ? "one call is sent as a probe" : Invariant($"{settings.HalfOpenProbes} calls are sent as probes");

    private static string Failures(CircuitStateChange change, string what)
    {
        var last = change.Total == 1 ? "" : "the last ";
        return Invariant($"{change.Failed} of {last}{Count(change.Total, what)} failed{Reason(change)}");
    }

    private static string Reason(CircuitStateChange change) => $" ({Failure(change.FailureReason)})";

    private static string Ratio(CircuitSettings settings) => Invariant(
        $"{Percent(settings.FailureRatio)} of at least {Count(settings.MinimumThroughput, "call")} ")
        + $"in {Seconds(settings.SamplingDuration)}";

    private static string Percent(double? ratio) => Invariant($"{(ratio ?? 1) * 100:0.##} %");

    private static string Seconds(long milliseconds) => Invariant($"{milliseconds / 1000.0:0.###} s");

    private static string Count(long count, string what) => Invariant($"{count} {what}{(count == 1 ? "" : "s")}");
}
