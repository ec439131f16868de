namespace Http.CircuitBreaker;

/// <summary>Why a call was rejected, and when it makes sense to try again.</summary>
/// <param name="Key">The circuit.</param>
/// <param name="State">Its state when it rejected the call.</param>
/// <param name="RetryAfter">
/// Whole seconds, rounded up, at least one, until a call may pass again; null while isolated without an end.
/// </param>
/// <param name="FailureReason">What the last failure was; null if there was none, or while isolated.</param>
public sealed record CircuitRejection(CircuitKey Key, CircuitState State, TimeSpan? RetryAfter, string? FailureReason)
{
    /// <summary>The reason given when the circuit was isolated; null unless it is isolated.</summary>
    public string? IsolationReason { get; init; }
}
