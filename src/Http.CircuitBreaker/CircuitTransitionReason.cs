namespace Http.CircuitBreaker;

/// <summary>Why a circuit changed its state.</summary>
public enum CircuitTransitionReason
{
    /// <summary>The share of failed calls in the sampling window reached the failure ratio.</summary>
    FailureRatio,

    /// <summary>So many calls failed in a row.</summary>
    ConsecutiveFailures,

    /// <summary>Calls still waiting for their headers after the slow-call duration brought the share of failed calls to the failure ratio.</summary>
    OverdueCalls,

    /// <summary>A failure carried <c>Retry-After</c> and the options say to open on it.</summary>
    RetryAfter,

    /// <summary>The break, or a timed isolation, was over when a call arrived.</summary>
    BreakElapsed,

    /// <summary>Enough probes succeeded.</summary>
    ProbesSucceeded,

    /// <summary>Too many probes failed.</summary>
    ProbesFailed,

    /// <summary>Too many probes failed, the last by not answering within its lease.</summary>
    ProbeTimeout,

    /// <summary>Slow start is complete.</summary>
    Recovered,

    /// <summary>Too many calls failed during slow start.</summary>
    RecoveryFailed,

    /// <summary>Isolated by hand.</summary>
    Isolated,

    /// <summary>Reset by hand.</summary>
    Reset,

    /// <summary>Another instance of the fleet made this change, or enough of them did.</summary>
    Remote,
}
