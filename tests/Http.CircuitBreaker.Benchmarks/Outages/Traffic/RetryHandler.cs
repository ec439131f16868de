using System.Net;
using Http.CircuitBreaker.Benchmarks.Outages.Contenders;

namespace Http.CircuitBreaker.Benchmarks.Outages.Traffic;

/// <summary>
/// The retries of the standard resilience handler: three, after exponential delays from 2 s with jitter, or after Retry-After. It retries
/// failed connections and the status codes 408, 429 and 5xx.
/// </summary>
/// <remarks>The real handler waits with Task.Delay, which does not stay on the thread of a simulation when it is canceled.</remarks>
internal sealed class RetryHandler(ContenderContext context, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    private const int MaxRetries = 3;
    private const double BaseSeconds = 2;
    private const long DrawsPerProcess = 100_000_000;

    private long _draw = context.Number * DrawsPerProcess;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var backoff = new Backoff();
        for (var retry = 0; ; retry++)
        {
            var wait = backoff.Next(retry, SeededRandom.Uniform(Draw.Caller, _draw++));
            try
            {
                var response = await base.SendAsync(request, cancellationToken);
                if (retry == MaxRetries || !IsTransient(response))
                {
                    return response;
                }

                wait = response.Headers.RetryAfter?.Delta ?? wait;
                response.Dispose();
            }
            catch (HttpRequestException) when (retry < MaxRetries)
            {
                // Retried after the wait below.
            }

            await context.Time.DelayAsync(wait, cancellationToken, isTimer: true);
        }
    }

    private static bool IsTransient(HttpResponseMessage response) => response is not RejectedResponse
        && response.StatusCode is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError;

    /// <summary>Decorrelated jitter as in Polly: the differences of a smooth exponential curve at random points of the retries.</summary>
    private sealed class Backoff
    {
        private const double Scale = 1 / 1.4;
        private double _previous;

        public TimeSpan Next(int retry, double random)
        {
            var point = retry + random;
            var next = Math.Pow(2, point) * Math.Tanh(Math.Sqrt(4 * point));
            var delay = (next - _previous) * Scale * BaseSeconds;
            _previous = next;
            return TimeSpan.FromSeconds(Math.Max(delay, 0));
        }
    }
}
