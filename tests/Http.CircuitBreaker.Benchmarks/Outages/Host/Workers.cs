namespace Http.CircuitBreaker.Benchmarks.Outages.Host;

/// <summary>The host's capacity: so many calls are worked on at once, the others queue. Whose caller has left is skipped when its turn comes.</summary>
internal sealed class Workers(int count, VirtualTime time, Func<long, TimeSpan> duration, Action<Exchange> finish)
{
    private readonly Queue<Exchange> _queue = new();
    private readonly HashSet<Exchange> _atWork = [];

    public void Take(Exchange exchange)
    {
        _queue.Enqueue(exchange);
        Fill();
    }

    /// <summary>The host dies, with all that it holds.</summary>
    public void Crash()
    {
        Exchange[] lost = [.. _atWork, .. _queue];
        _atWork.Clear();
        _queue.Clear();
        foreach (var exchange in lost)
        {
            exchange.Break();
        }
    }

    private void Fill()
    {
        while (_atWork.Count < count && _queue.TryDequeue(out var exchange))
        {
            if (!exchange.IsOver)
            {
                _atWork.Add(exchange);
                time.After(duration(exchange.Call), () => Finish(exchange));
            }
        }
    }

    // What the caller does not wait for any more is worked on to its end all the same, as most hosts do.
    private void Finish(Exchange exchange)
    {
        if (_atWork.Remove(exchange))
        {
            finish(exchange);
            Fill();
        }
    }
}
