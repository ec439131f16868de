namespace Http.CircuitBreaker;

/// <summary>What other instances found out about a circuit.</summary>
/// <param name="Remaining">
/// How much longer it holds, from zero; at most as long as a break of the circuit here can be:
/// <see cref="CircuitBreakerOptions.MaxBreakDuration"/> or <see cref="CircuitBreakerOptions.MaxRetryAfter"/>, and
/// <see cref="CircuitBreakerOptions.BreakJitter"/>.
/// </param>
/// <param name="Instances">How many instances reported it.</param>
/// <param name="FailureReason">What the last failure was, as in <see cref="CircuitSnapshot.LastFailureReason"/>; null if it is not known.</param>
public readonly record struct RemoteOpening(TimeSpan Remaining, int Instances, string? FailureReason = null);
