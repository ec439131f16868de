using System.Net;

namespace Http.CircuitBreaker.EndToEnd.Tests.Page.Support;

/// <summary>A host of the outage, with its calls and responses in each step.</summary>
/// <param name="Client">The client that calls it.</param>
/// <param name="Name">The host name.</param>
/// <param name="Calls">The number of calls in a step.</param>
/// <param name="Answer">The status for a call in a step; 0 for a timeout, null for a call that stays in flight.</param>
internal sealed record ScriptedHost(string Client, string Name, Func<int, int> Calls, Func<int, int, int?> Answer)
{
    public Action<CircuitBreakerOptions> Breaker { get; init; } = _ => { };

    public Uri Address => new($"https://{Name}/");

    /// <summary>The result of the next call, as in <see cref="Answer"/>.</summary>
    public int? Next { get; set; } = 200;

    public async Task<HttpResponseMessage> SendAsync(CancellationToken cancellationToken)
    {
        if (Next is null)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        }

        return Next is 0 ? throw new TimeoutException("The host did not answer.") : new HttpResponseMessage((HttpStatusCode)Next!);
    }
}
