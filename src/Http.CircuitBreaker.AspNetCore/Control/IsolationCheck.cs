using Http.CircuitBreaker.AspNetCore.Json;

namespace Http.CircuitBreaker.AspNetCore.Control;

/// <summary>What an isolation may say.</summary>
internal static class IsolationCheck
{
    private const int LongestReason = 200;

    // As long as the registry isolates for; and less than a second is a slip.
    private static readonly double _mostSeconds = TimeSpan.FromDays(365).TotalSeconds;

    public static BodyFault? FaultOf(IsolationJson isolation) => isolation switch
    {
        { DurationSeconds: { } seconds } when !(seconds >= 1 && seconds <= _mostSeconds) =>
            new BodyFault($"durationSeconds must be from 1 to {_mostSeconds:0}, which is 365 days; leave it out to isolate until the circuit is reset.", "durationSeconds"),
        { Reason.Length: > LongestReason } => new BodyFault($"reason must have at most {LongestReason} characters; it has {isolation.Reason.Length}.", "reason"),
        { Reason: { } reason } when reason.Any(char.IsControl) => new BodyFault("reason must be one line of text, without control characters.", "reason"),
        _ => null,
    };
}
