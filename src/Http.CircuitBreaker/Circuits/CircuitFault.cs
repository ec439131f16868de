namespace Http.CircuitBreaker.Circuits;

/// <summary>Faults of the user's own code, each reported once per circuit.</summary>
[Flags]
internal enum CircuitFault
{
    None = 0,
    Classify = 1,
    Observer = 2,
    CreateRejection = 4,
    OnStateChange = 8,
}
