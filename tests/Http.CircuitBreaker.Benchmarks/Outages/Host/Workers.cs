namespace Http.CircuitBreaker.Benchmarks.Outages.Host;

/// <summary>The host's capacity. A limited number of calls is processed concurrently; the others queue.</summary>
/// <param name="count">The number of calls that are processed concurrently.</param>
/// <param name="finishesAbandoned">
/// Whether a queued call whose caller has left is processed as well, at twice the time: the work and its rollback. If not, it is skipped.
/// </param>
/// <param name="time">The time of the simulation.</param>
/// <param name="duration">Returns the duration of a call that starts now.</param>
/// <param name="finish">Called when a call has been processed.</param>
internal sealed class Workers(
    int count, bool finishesAbandoned, VirtualTime time, Func<Exchange, TimeSpan> duration, Action<Exchange> finish)
{
    private readonly Queue<Exchange> _queue = new();
    private readonly HashSet<Exchange> _active = [];

    public void Add(Exchange exchange)
    {
        _queue.Enqueue(exchange);
        Fill();
    }

    /// <summary>Breaks the connections of the calls that match.</summary>
    public void Crash(Func<Exchange, bool> matches)
    {
        Exchange[] lost = [.. _active.Where(matches), .. _queue.Where(matches)];
        _active.RemoveWhere(exchange => matches(exchange));
        Exchange[] kept = [.. _queue.Where(exchange => !matches(exchange))];
        _queue.Clear();
        foreach (var exchange in kept)
        {
            _queue.Enqueue(exchange);
        }

        foreach (var exchange in lost)
        {
            exchange.Break();
        }

        Fill();
    }

    private void Fill()
    {
        while (_active.Count < count && _queue.TryDequeue(out var exchange))
        {
            if (!exchange.IsCompleted || finishesAbandoned)
            {
                _active.Add(exchange);
                time.After(duration(exchange) * (exchange.IsCompleted ? 2 : 1), () => Finish(exchange));
            }
        }
    }

    // A canceled call occupies its worker until it is finished, as on most hosts.
    private void Finish(Exchange exchange)
    {
        if (_active.Remove(exchange))
        {
            finish(exchange);
            Fill();
        }
    }
}
