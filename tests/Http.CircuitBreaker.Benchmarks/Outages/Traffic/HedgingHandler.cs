using Http.CircuitBreaker.Benchmarks.Outages.Host;

namespace Http.CircuitBreaker.Benchmarks.Outages.Traffic;

/// <summary>
/// Sends a second request if the first has no response after a delay. The first response is used, and the other request is canceled.
/// </summary>
internal sealed class HedgingHandler(TimeSpan delay, VirtualTime time, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var cancelLoser = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var first = base.SendAsync(request, cancelLoser.Token);
        await Task.WhenAny(first, time.DelayAsync(delay, cancelLoser.Token, isTimer: true));
        if (first.IsCompleted)
        {
            return await first;
        }

        using var copy = new HttpRequestMessage(request.Method, request.RequestUri);
        request.Options.TryGetValue(SimulatedHost.Call, out var call);
        copy.Options.Set(SimulatedHost.Call, call!);
        var winner = await Task.WhenAny(first, base.SendAsync(copy, cancelLoser.Token));
        cancelLoser.Cancel();
        return await winner;
    }
}
