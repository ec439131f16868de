using System.Threading.Channels;
using Http.CircuitBreaker.Redis.Protocol;

namespace Http.CircuitBreaker.Redis.Backplane;

/// <summary>The commands that wait to be sent: in order, and no more than so many.</summary>
internal sealed class BackplaneOutbox(Action onDrop)
{
    public const int Capacity = 4096;

    private readonly Channel<Func<BackplaneCommand?>> _waiting = Channel.CreateBounded<Func<BackplaneCommand?>>(
        new BoundedChannelOptions(Capacity) { FullMode = BoundedChannelFullMode.Wait, SingleReader = true });

    public bool TryAdd(Func<BackplaneCommand?> command)
    {
        var isAdded = _waiting.Writer.TryWrite(command);
        if (!isAdded)
        {
            onDrop();
        }

        return isAdded;
    }

    public IAsyncEnumerable<Func<BackplaneCommand?>> TakeAsync(CancellationToken cancellationToken) => _waiting.Reader.ReadAllAsync(cancellationToken);
}
