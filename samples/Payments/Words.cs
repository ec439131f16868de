using Http.CircuitBreaker;

namespace Payments;

/// <summary>Formats values for the terminal.</summary>
internal static class Words
{
    public static string Format(ProviderHealth health) => health switch
    {
        ProviderHealth.Hangs => "hangs",
        ProviderHealth.Answers500 => "answers 500",
        ProviderHealth.Slow => "slow",
        _ => "healthy",
    };

    public static string Format(TimeSpan time) => time.TotalSeconds switch
    {
        < 0.1 and var seconds => $"{seconds:0.000} s",
        < 1 and var seconds => $"{seconds:0.00} s",
        < 100 and var seconds => $"{seconds:0.0} s",
        var seconds => $"{seconds:0} s",
    };

    public static string Format(TimeSpan? time) => time is { } known ? Format(known) : "-";

    /// <summary>Describes why the circuit changed state and, if it opened, when it sends the next probe.</summary>
    public static string Explain(CircuitStateChange change)
    {
        var reason = change.Reason switch
        {
            CircuitTransitionReason.OverdueCalls when change.Overdue == change.Failed =>
                $"{change.Failed} of {change.Total} calls still waiting",
            CircuitTransitionReason.OverdueCalls =>
                $"{change.Failed} of {change.Total} calls failed ({change.FailureReason}), {change.Overdue} of them still waiting",
            CircuitTransitionReason.FailureRatio => $"{change.Failed} of {change.Total} calls failed ({change.FailureReason})",
            CircuitTransitionReason.ConsecutiveFailures => $"too many consecutive failures ({change.FailureReason})",
            CircuitTransitionReason.BreakElapsed => "the break has elapsed, the next calls are probes",
            CircuitTransitionReason.ProbesSucceeded => $"{change.Total - change.Failed} of {change.Total} probes succeeded",
            CircuitTransitionReason.ProbesFailed => $"{change.Failed} of {change.Total} probes failed ({change.FailureReason})",
            CircuitTransitionReason.ProbeTimeout => $"{change.Failed} of {change.Total} probes timed out",
            CircuitTransitionReason.Recovered => "recovered, all calls are sent again",
            CircuitTransitionReason.RecoveryFailed => $"failed again during slow start ({change.FailureReason})",
            var other => other.ToString(),
        };
        return change.BreakDuration is { } pause ? $"{reason}; next probe in {Format(pause)}" : reason;
    }
}
