using System.Net;

namespace Http.CircuitBreaker.Faults.Harmless;

/// <summary>Handlers outside or inside the breaker that affect calls.</summary>
public static class Handlers
{
    /// <summary>Throws instead of sending the request, for example because there is no token.</summary>
    public sealed class Throwing(Func<Exception> create) : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => throw create();
    }

    /// <summary>Turns the status of the response into an exception.</summary>
    public sealed class StatusTranslator : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            using var response = await base.SendAsync(request, cancellationToken);
            return response.EnsureSuccessStatusCode();
        }
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

    /// <summary>Reports network errors as .NET for Android does.</summary>
    public sealed class AndroidTransport : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            try
            {
                return await base.SendAsync(request, cancellationToken);
            }
            catch (HttpRequestException exception)
            {
                throw new WebException("Connection reset.", exception, WebExceptionStatus.ConnectionClosed, response: null);
            }
        }
    }

    /// <summary>Sends the first request and returns the same response object for all others.</summary>
    public sealed class Cache : DelegatingHandler
    {
        private HttpResponseMessage? _response;

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (_response is null)
            {
                _response = await base.SendAsync(request, cancellationToken);
                await _response.Content.LoadIntoBufferAsync(cancellationToken);
            }

            return _response;
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
