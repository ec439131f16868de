namespace Http.CircuitBreaker.Faults.Harmless;

/// <summary>Handlers around the breaker that do to calls what such handlers do.</summary>
public static class Handlers
{
    /// <summary>A token that cannot be had.</summary>
    public sealed class FailingAuthentication : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            throw new InvalidOperationException("No token.");
    }

    /// <summary>A transport that reports its caller's cancellation as an error of its own.</summary>
    public sealed class Disguise(Func<Exception, Exception> disguise) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            try
            {
                return await base.SendAsync(request, cancellationToken);
            }
            catch (OperationCanceledException exception)
            {
                throw disguise(exception);
            }
        }
    }

    /// <summary>A total timeout outside the breaker.</summary>
    public sealed class TotalTimeout(TimeSpan limit) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            using var source = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            source.CancelAfter(limit);
            return await base.SendAsync(request, source.Token);
        }
    }

    /// <summary>Sends a second request beside a slow first one, takes the first answer, and cancels the loser.</summary>
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
