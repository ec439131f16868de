using System.Threading.Channels;
using Http.CircuitBreaker.Redis.Protocol;

namespace Http.CircuitBreaker.Redis.Fleet;

/// <summary>The commands that wait to be sent: in order, and no more than so many.</summary>
internal sealed class FleetOutbox(Action onDrop)
{
    public const int Capacity = 4096;

    private readonly Channel<Func<FleetCommand?>> _waiting = Channel.CreateBounded<Func<FleetCommand?>>(
        new BoundedChannelOptions(Capacity) { FullMode = BoundedChannelFullMode.Wait, SingleReader = true });

    public bool TryAdd(Func<FleetCommand?> command)
    {
        var isAdded = _waiting.Writer.TryWrite(command);
        if (!isAdded)
        {
            onDrop();
        }

        return isAdded;
    }

    public IAsyncEnumerable<Func<FleetCommand?>> TakeAsync(CancellationToken cancellationToken) => _waiting.Reader.ReadAllAsync(cancellationToken);
}
