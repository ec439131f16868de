using Http.CircuitBreaker.Counting;

namespace Http.CircuitBreaker.Circuits;

/// <summary>
/// Why and from when a circuit opens. The failure's own reason and Retry-After (milliseconds) are there if a failure opened it; how long and by
/// how many instances if the fleet did.
/// </summary>
internal readonly record struct Opening(
    CircuitTransitionReason Reason,
    long At,
    string? FailureReason = null,
    long RetryAfter = 0,
    WindowCounts Evidence = default,
    long? Duration = null,
    int RemoteInstances = 0);
