namespace Http.CircuitBreaker.Tests.Support;

/// <summary>Answers for a stub that are more than a status code.</summary>
internal static class HandlerAnswers
{
    /// <summary>A host that hangs; only the token ends the call.</summary>
    public static async Task<HttpResponseMessage> HangAsync(HttpRequestMessage request, CancellationToken token)
    {
        await Task.Delay(Timeout.Infinite, token);
        throw new InvalidOperationException("Nothing ends an infinite delay but its token.");
    }
}
