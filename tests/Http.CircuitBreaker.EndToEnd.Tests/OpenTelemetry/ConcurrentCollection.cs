using System.Collections.ObjectModel;

namespace Http.CircuitBreaker.EndToEnd.Tests.OpenTelemetry;

/// <summary>A thread-safe target for the in-memory exporters.</summary>
internal sealed class ConcurrentCollection<T> : Collection<T>
{
    private readonly Lock _lock = new();

    public IReadOnlyList<T> ToList()
    {
        lock (_lock)
        {
            return [.. Items];
        }
    }

    protected override void InsertItem(int index, T item)
    {
        lock (_lock)
        {
            base.InsertItem(Items.Count, item);
        }
    }

    protected override void ClearItems()
    {
        lock (_lock)
        {
            base.ClearItems();
        }
    }
}
