namespace Http.CircuitBreaker.Circuits;

/// <summary>The answer to a call that asks to be admitted.</summary>
internal enum Admission
{
    /// <summary>The call may go, and its permit must be settled.</summary>
    Admitted,

    /// <summary>The call must not go.</summary>
    Rejected,

    /// <summary>The call may go and nobody judges it.</summary>
    Bypassed,

    /// <summary>The phase that was asked is over: ask the present one.</summary>
    Superseded,

    /// <summary>The circuit was evicted: look it up again.</summary>
    Retired,
}
