namespace Http.CircuitBreaker.Benchmarks.Outages;

/// <summary>What is drawn, so that one call's draws do not depend on each other.</summary>
internal enum LuckOf
{
    Arrival,
    Service,
    Answer,
    Jitter,
}
