using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Http.CircuitBreaker.AspNetCore.Feed;

/// <summary>One who watches. A slow one loses the oldest messages and then gets everything anew.</summary>
internal sealed class Viewer
{
    private const int MostWaiting = 16;

    // How long a browser waits before it connects again: HTML standard, section 9.2 (Server-sent events).
    private static readonly TimeSpan _reconnection = TimeSpan.FromSeconds(2);

    private readonly OverviewSource _overview;
    private readonly Channel<Message> _waiting;
    private volatile bool _hasLost = true;

    public Viewer(OverviewSource overview)
    {
        _overview = overview;
        var bounds = new BoundedChannelOptions(MostWaiting) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true, SingleWriter = true };
        _waiting = Channel.CreateBounded<Message>(bounds, _ => _hasLost = true);
    }

    public void Tell(in Message message) => _waiting.Writer.TryWrite(message);

    /// <summary>Ends what it reads once it has read what waits.</summary>
    public void End() => _waiting.Writer.TryComplete();

    public async IAsyncEnumerable<SseItem<byte[]>> ReadAsync([EnumeratorCancellation] CancellationToken gone)
    {
        var seen = 0L;
        do
        {
            if (_hasLost)
            {
                // First the mark, then the look: what is lost in between is in the overview or marked again. What still waits is older.
                _hasLost = false;
                while (_waiting.Reader.TryRead(out _))
                {
                }

                (var json, seen) = _overview.Take();
                yield return new SseItem<byte[]>(json, "overview") { ReconnectionInterval = _reconnection };
            }

            while (!_hasLost && _waiting.Reader.TryRead(out var message))
            {
                // An overview may have told it already.
                if (message.Transition == 0 || message.Transition > seen)
                {
                    yield return message.Event;
                }
            }
        }
        while (_hasLost || await _waiting.Reader.WaitToReadAsync(gone).ConfigureAwait(false));
    }
}
