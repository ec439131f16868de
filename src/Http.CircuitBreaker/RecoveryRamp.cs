namespace Http.CircuitBreaker;

/// <summary>When a circuit whose probes have succeeded lets the calls back step by step instead of all at once.</summary>
public enum RecoveryRamp
{
    /// <summary>
    /// Where the host fell soon after the last recovery: answered nothing more within half of the recovery duration. One that has answered well
    /// between its failures is not meant: less load does not help it.
    /// </summary>
    AfterRelapse,

    /// <summary>After every break.</summary>
    Always,

    /// <summary>Never: the probes close the circuit.</summary>
    Never,
}
