namespace Http.CircuitBreaker.Classification;

/// <summary>The <c>Retry-After</c> header (RFC 9110, section 10.2.3) of a response.</summary>
internal static class RetryAfter
{
    /// <summary>Milliseconds to wait; 0 where there is no header, or it is past or makes no sense.</summary>
    /// <remarks>A date is taken relative to the response's own <c>Date</c>, so that no clock of ours has to agree with the host's.</remarks>
    public static long Milliseconds(HttpResponseMessage response, TimeProvider timeProvider)
    {
        var wait = response.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - (response.Headers.Date ?? timeProvider.GetUtcNow()),
            _ => TimeSpan.Zero,
        };
        return Math.Max(0, (long)wait.TotalMilliseconds);
    }
}
