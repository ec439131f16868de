using System.Diagnostics;

namespace Http.CircuitBreaker.Telemetry;

/// <summary>The names that dashboards and alerts depend on.</summary>
internal static class TelemetryNames
{
    /// <summary>Of the meter, the activity source and the log category.</summary>
    public const string Source = "Http.CircuitBreaker";

    public const string Requests = "http_circuit_breaker.requests";
    public const string Failures = "http_circuit_breaker.failures";
    public const string Transitions = "http_circuit_breaker.transitions";
    public const string Circuits = "http_circuit_breaker.circuits";
    public const string State = "http_circuit_breaker.state";
    public const string FailureRatio = "http_circuit_breaker.failure.ratio";
    public const string InFlight = "http_circuit_breaker.in_flight";
    public const string OpenDuration = "http_circuit_breaker.open.duration";

    public const string ClientTag = "http_circuit_breaker.client";
    public const string NameTag = "http_circuit_breaker.name";
    public const string OutcomeTag = "http_circuit_breaker.outcome";
    public const string StateTag = "http_circuit_breaker.state";
    public const string PreviousStateTag = "http_circuit_breaker.previous_state";
    public const string ReasonTag = "http_circuit_breaker.reason";

    // OpenTelemetry's general attributes.
    public const string ServerAddressTag = "server.address";
    public const string ServerPortTag = "server.port";
    public const string ErrorTypeTag = "error.type";

    public const string CircuitOpen = "circuit_open";

    public static string Format(CircuitState state) => state switch
    {
        CircuitState.Closed => "closed",
        CircuitState.Open => "open",
        CircuitState.HalfOpen => "half_open",
        _ => "isolated",
    };

    public static string Format(CircuitTransitionReason reason) => reason switch
    {
        CircuitTransitionReason.FailureRatio => "failure_ratio",
        CircuitTransitionReason.ConsecutiveFailures => "consecutive_failures",
        CircuitTransitionReason.OverdueCalls => "overdue_calls",
        CircuitTransitionReason.Unresponsive => "unresponsive",
        CircuitTransitionReason.RetryAfter => "retry_after",
        CircuitTransitionReason.BreakElapsed => "break_elapsed",
        CircuitTransitionReason.HostAnswered => "host_answered",
        CircuitTransitionReason.ProbesSucceeded => "probes_succeeded",
        CircuitTransitionReason.ProbesFailed => "probes_failed",
        CircuitTransitionReason.ProbeTimeout => "probe_timeout",
        CircuitTransitionReason.Recovered => "recovered",
        CircuitTransitionReason.RecoveryFailed => "recovery_failed",
        CircuitTransitionReason.Isolated => "isolated",
        CircuitTransitionReason.Remote => "remote",
        _ => "reset",
    };
}

/// <summary>The attributes that identify a circuit.</summary>
internal static class Tags
{
    public static TagList Create(CircuitKey key)
    {
        var tags = new TagList { { TelemetryNames.ClientTag, key.Client } };
        if (key.Host is { } host)
        {
            tags.Add(TelemetryNames.ServerAddressTag, host);
        }

        if (key.Port is { } port)
        {
            tags.Add(TelemetryNames.ServerPortTag, port);
        }

        if (key.Name is { } name)
        {
            tags.Add(TelemetryNames.NameTag, name);
        }

        return tags;
    }

    public static TagList With(this TagList tags, string key, object? value)
    {
        tags.Add(key, value);
        return tags;
    }
}
