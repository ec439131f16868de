namespace Http.CircuitBreaker.Tests.Support;

/// <summary>Stub responses that are more than a status code.</summary>
internal static class HandlerAnswers
{
    /// <summary>Hangs until the token is canceled.</summary>
    public static async Task<HttpResponseMessage> HangAsync(HttpRequestMessage request, CancellationToken token)
    {
        await Task.Delay(Timeout.Infinite, token);
        throw new InvalidOperationException("An infinite delay ends only by its token.");
    }
}
