using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Http.CircuitBreaker.AspNetCore.Feed;

/// <summary>One who watches. A slow one loses the oldest messages and then gets everything anew.</summary>
internal sealed class FeedSubscription
{
    private const int QueueCapacity = 16;

    // How long a browser waits before it connects again: HTML standard, section 9.2 (Server-sent events).
    private static readonly TimeSpan _reconnection = TimeSpan.FromSeconds(2);

    private readonly CircuitOverview _overview;
    private readonly Channel<FeedMessage> _queue;
    private volatile bool _needsOverview = true;

    public FeedSubscription(CircuitOverview overview)
    {
        _overview = overview;
        var bounds = new BoundedChannelOptions(QueueCapacity) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true, SingleWriter = true };
        _queue = Channel.CreateBounded<FeedMessage>(bounds, _ => _needsOverview = true);
    }

    public void Send(in FeedMessage message) => _queue.Writer.TryWrite(message);

    /// <summary>Ends what it reads once it has read what waits.</summary>
    public void Complete() => _queue.Writer.TryComplete();

    public async IAsyncEnumerable<SseItem<byte[]>> ReadAsync([EnumeratorCancellation] CancellationToken gone)
    {
        var seen = 0L;
        do
        {
            if (_needsOverview)
            {
                // First the mark, then the look: what is lost in between is in the overview or marked again. What still waits is older.
                _needsOverview = false;
                while (_queue.Reader.TryRead(out _))
                {
                }

                (var json, seen) = _overview.Serialize();
                yield return new SseItem<byte[]>(json, "overview") { ReconnectionInterval = _reconnection };
            }

            while (!_needsOverview && _queue.Reader.TryRead(out var message))
            {
                // An overview may have told it already.
                if (message.Transition == 0 || message.Transition > seen)
                {
                    yield return message.Event;
                }
            }
        }
        while (_needsOverview || await _queue.Reader.WaitToReadAsync(gone).ConfigureAwait(false));
    }
}
