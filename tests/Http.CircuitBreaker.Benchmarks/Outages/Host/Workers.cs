namespace Http.CircuitBreaker.Benchmarks.Outages.Host;

/// <summary>
/// The host's capacity. A limited number of calls is processed concurrently; the others queue. Cancelled calls are skipped in the queue.
/// </summary>
internal sealed class Workers(int count, VirtualTime time, Func<long, TimeSpan> duration, Action<Exchange> finish)
{
    private readonly Queue<Exchange> _queue = new();
    private readonly HashSet<Exchange> _active = [];

    public void Add(Exchange exchange)
    {
        _queue.Enqueue(exchange);
        Fill();
    }

    /// <summary>Breaks all connections.</summary>
    public void Crash()
    {
        Exchange[] lost = [.. _active, .. _queue];
        _active.Clear();
        _queue.Clear();
        foreach (var exchange in lost)
        {
            exchange.Break();
        }
    }

    private void Fill()
    {
        while (_active.Count < count && _queue.TryDequeue(out var exchange))
        {
            if (!exchange.IsCompleted)
            {
                _active.Add(exchange);
                time.After(duration(exchange.Call), () => Finish(exchange));
            }
        }
    }

    // A cancelled call occupies its worker until it is finished, as on most hosts.
    private void Finish(Exchange exchange)
    {
        if (_active.Remove(exchange))
        {
            finish(exchange);
            Fill();
        }
    }
}
