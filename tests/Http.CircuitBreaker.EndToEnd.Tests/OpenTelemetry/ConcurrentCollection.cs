using System.Collections.ObjectModel;

namespace Http.CircuitBreaker.EndToEnd.Tests.OpenTelemetry;

/// <summary>What an exporter was given, by whatever thread.</summary>
internal sealed class Received<T> : Collection<T>
{
    private readonly Lock _gate = new();

    public IReadOnlyList<T> Take()
    {
        lock (_gate)
        {
            return [.. Items];
        }
    }

    protected override void InsertItem(int index, T item)
    {
        lock (_gate)
        {
            base.InsertItem(Items.Count, item);
        }
    }

    protected override void ClearItems()
    {
        lock (_gate)
        {
            base.ClearItems();
        }
    }
}
