using System.Net;

namespace Http.CircuitBreaker.EndToEnd.Tests.Page.Support;

/// <summary>A host of the outage: how often it is called in each step, and what it answers then.</summary>
/// <param name="Client">The client that calls it.</param>
/// <param name="Name">Its name.</param>
/// <param name="Calls">The calls of a step.</param>
/// <param name="Answer">The status that a call of a step gets; 0 for a timeout, null for a call that waits for its answer.</param>
internal sealed record ScriptedHost(string Client, string Name, Func<int, int> Calls, Func<int, int, int?> Answer)
{
    public Action<CircuitBreakerOptions> Breaker { get; init; } = _ => { };

    public Uri Address => new($"https://{Name}/");

    /// <summary>What the next call gets.</summary>
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
