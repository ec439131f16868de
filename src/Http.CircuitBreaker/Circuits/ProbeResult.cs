namespace Http.CircuitBreaker.Circuits;

/// <summary>What the end of a probe means for its circuit.</summary>
internal enum ProbeResult
{
    None,
    Opens,
    Closes,
}
