namespace Http.CircuitBreaker.Tests.Soak;

/// <summary>What a call came to in the eyes of its caller. The first three as in <see cref="CircuitOutcome"/>.</summary>
internal enum SoakEnd
{
    Success,
    Failure,
    Ignored,
    Rejected,
    Bypassed,
}
