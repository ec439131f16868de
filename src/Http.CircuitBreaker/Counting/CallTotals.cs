namespace Http.CircuitBreaker.Counting;

/// <summary>How many calls ended, and how.</summary>
internal readonly record struct CallTotals(long Succeeded, long Failed, long Ignored)
{
    public long Count => Succeeded + Failed + Ignored;

    public static CallTotals operator +(CallTotals left, CallTotals right) =>
        new(left.Succeeded + right.Succeeded, left.Failed + right.Failed, left.Ignored + right.Ignored);

    public static CallTotals operator -(CallTotals left, CallTotals right) =>
        new(left.Succeeded - right.Succeeded, left.Failed - right.Failed, left.Ignored - right.Ignored);
}
