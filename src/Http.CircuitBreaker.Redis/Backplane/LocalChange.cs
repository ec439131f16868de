using Http.CircuitBreaker.Redis.Protocol;

namespace Http.CircuitBreaker.Redis.Backplane;

/// <summary>A change that a circuit made here by itself or by hand; times are this process's.</summary>
internal sealed record LocalChange(ReportKind Kind, long Since, long? Until, bool IsCertain, string? Reason, string? Note)
{
    /// <summary>The change to be told to the fleet; null if it is none of its business.</summary>
    public static LocalChange? Of(CircuitStateChange change, long now)
    {
        if (change.Reason == CircuitTransitionReason.Remote || KindOf(change) is not { } kind)
        {
            return null;
        }

        long? until = change.BreakDuration is { } duration ? now + (long)duration.TotalMilliseconds : null;
        return new LocalChange(kind, now, until, change.RetryAfter is not null, change.FailureReason, change.IsolationReason);
    }

    private static ReportKind? KindOf(CircuitStateChange change) => change.State switch
    {
        CircuitState.Open => ReportKind.Opened,
        CircuitState.Isolated => ReportKind.Isolated,
        CircuitState.Closed => change.Reason == CircuitTransitionReason.Reset ? ReportKind.Reset : ReportKind.Closed,
        _ => null,
    };
}
