using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Http.CircuitBreaker.AspNetCore.Feed;

/// <summary>The events for one client. A slow client loses queued events and receives a complete overview instead.</summary>
internal sealed class FeedSubscription
{
    private const int QueueCapacity = 16;

    private readonly CircuitOverview _overview;
    private readonly Channel<FeedMessage> _queue;
    private volatile bool _needsOverview = true;

    public FeedSubscription(CircuitOverview overview)
    {
        _overview = overview;
        var options = new BoundedChannelOptions(QueueCapacity)
        {
            FullMode = BoundedChannelFullMode.DropOldest,
            SingleReader = true,
            SingleWriter = true,
        };
        _queue = Channel.CreateBounded<FeedMessage>(options, _ => _needsOverview = true);
    }

    public void Send(FeedMessage message) => _queue.Writer.TryWrite(message);

    /// <summary>Ends <see cref="ReadAsync"/> after all queued events have been read.</summary>
    public void Complete() => _queue.Writer.TryComplete();

    public async IAsyncEnumerable<FeedMessage> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var lastTransition = 0L;
        do
        {
            if (_needsOverview)
            {
                // Clear the flag before reading the overview, so that an event that is dropped in the meantime sets the flag again.
                _needsOverview = false;
                while (_queue.Reader.TryRead(out _))
                {
                    // Discard the event, because the overview that is read next is newer.
                }

                var overview = await _overview.ReadAsync(cancellationToken).ConfigureAwait(false);
                lastTransition = overview.Transition;
                yield return overview;
            }

            while (!_needsOverview && _queue.Reader.TryRead(out var message))
            {
                var isInOverview = message.Transition > 0 && message.Transition <= lastTransition;
                if (!isInOverview)
                {
                    yield return message;
                }
            }
        }
        while (_needsOverview || await _queue.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false));
    }
}
