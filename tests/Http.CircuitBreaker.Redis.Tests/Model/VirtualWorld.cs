namespace Http.CircuitBreaker.Redis.Tests.Model;

/// <summary>Virtual time: runs due actions in order, one after another.</summary>
internal sealed class VirtualWorld
{
    private readonly PriorityQueue<Action, (long Time, long Order)> _due = new();
    private long _order;

    /// <summary>Milliseconds since the start.</summary>
    public long Now { get; private set; }

    public void After(long delay, Action action) => _due.Enqueue(action, (Now + delay, _order++));

    public void RunUntil(long time)
    {
        while (_due.TryPeek(out _, out var next) && next.Time <= time)
        {
            var action = _due.Dequeue();
            Now = next.Time;
            action();
        }

        Now = time;
    }
}
