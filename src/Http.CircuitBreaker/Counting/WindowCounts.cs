namespace Http.CircuitBreaker.Counting;

/// <summary>The evidence of a rolling window: judged calls, failed calls among them, and overdue calls, which count in both numbers.</summary>
internal readonly record struct WindowCounts(long Total, long Failed, long Overdue)
{
    /// <summary>Failed / total; 0 without calls, never NaN.</summary>
    public double Ratio => Total == 0 ? 0 : (double)Failed / Total;
}
