namespace Http.CircuitBreaker.Benchmarks.Outages;

/// <summary>How a call ended for its caller.</summary>
internal enum FinishedCall
{
    Served,
    Failed,
    Rejected,
}
