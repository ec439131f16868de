namespace Http.CircuitBreaker.Faults.Harmless;

/// <summary>Handlers outside or inside the breaker that affect calls.</summary>
public static class Handlers
{
    /// <summary>Fails to get a token.</summary>
    public sealed class FailingAuthentication : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            throw new InvalidOperationException("No token.");
    }

    /// <summary>Translates a cancellation by the caller into another exception, as some transports do.</summary>
    public sealed class CancellationTranslator(Func<Exception, Exception> translate) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            try
            {
                return await base.SendAsync(request, cancellationToken);
            }
            catch (OperationCanceledException exception)
            {
                throw translate(exception);
            }
        }
    }

    /// <summary>A total timeout.</summary>
    public sealed class TotalTimeout(TimeSpan limit) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            using var source = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            source.CancelAfter(limit);
            return await base.SendAsync(request, source.Token);
        }
    }

    /// <summary>Sends a second request in parallel with a slow one, and cancels the slow one after the second has succeeded.</summary>
    public sealed class Hedging : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            using var losers = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var slow = base.SendAsync(request, losers.Token);
            await Task.Delay(50, cancellationToken);
            using var second = new HttpRequestMessage(HttpMethod.Get, new Uri(request.RequestUri!, "/status/200"));
            var winner = await base.SendAsync(second, cancellationToken);
            await losers.CancelAsync();
            await Expect.ThrowsAsync<OperationCanceledException>(() => slow);
            return winner;
        }
    }
}
