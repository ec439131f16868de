using Http.CircuitBreaker.AspNetCore.Json;

namespace Http.CircuitBreaker.AspNetCore.Control;

/// <summary>What an isolation may say.</summary>
internal static class IsolationValidator
{
    private const int MaxReasonLength = 200;

    // As long as the registry isolates for; and less than a second is a slip.
    private static readonly double _maxSeconds = TimeSpan.FromDays(365).TotalSeconds;

    public static RequestError? FaultOf(IsolationRequest isolation) => isolation switch
    {
        { DurationSeconds: { } seconds } when !(seconds >= 1 && seconds <= _maxSeconds) =>
            new RequestError($"durationSeconds must be from 1 to {_maxSeconds:0}, which is 365 days; leave it out to isolate until the circuit is reset.", "durationSeconds"),
        { Reason.Length: > MaxReasonLength } => new RequestError($"reason must have at most {MaxReasonLength} characters; it has {isolation.Reason.Length}.", "reason"),
        { Reason: { } reason } when reason.Any(char.IsControl) => new RequestError("reason must be one line of text, without control characters.", "reason"),
        _ => null,
    };
}
