using System.Net.ServerSentEvents;
using System.Text.Json.Serialization.Metadata;
using System.Text.Json;
using Http.CircuitBreaker.AspNetCore.Json;

namespace Http.CircuitBreaker.AspNetCore.Feed;

/// <summary>One stretch of time in which somebody watches: says at each look what is new since the last one.</summary>
internal sealed class ChangePoller
{
    private readonly ChangeTracker _changes = new();
    private readonly ICircuitRegistry _circuits;
    private readonly TransitionHistory _history;
    private readonly TimeProvider _time;
    private readonly TimeSpan _heartbeatInterval;
    private long _seen;
    private long _lastMessage;

    public ChangePoller(ICircuitRegistry circuits, TransitionHistory history, TimeProvider time, TimeSpan heartbeat)
    {
        (_circuits, _history, _time, _heartbeatInterval) = (circuits, history, time, heartbeat);
        (_, _seen) = history.Read();
        _lastMessage = time.GetTimestamp();
        _changes.Update(circuits.GetSnapshots(), time.GetUtcNow());
    }

    public IReadOnlyList<FeedMessage> Poll()
    {
        var now = _time.GetUtcNow();
        var messages = Transitions();
        if (_changes.Update(_circuits.GetSnapshots(), now) is { } changed)
        {
            messages.Add(new FeedMessage(Event("circuits", changed, CircuitJsonContext.Default.CircuitChangesJson)));
        }

        if (messages.Count == 0 && _time.GetElapsedTime(_lastMessage) >= _heartbeatInterval)
        {
            messages.Add(new FeedMessage(Event("heartbeat", new HeartbeatJson(now), CircuitJsonContext.Default.HeartbeatJson)));
        }

        if (messages.Count > 0)
        {
            _lastMessage = _time.GetTimestamp();
        }

        return messages;
    }

    private List<FeedMessage> Transitions()
    {
        var (transitions, count) = _history.ReadAfter(_seen);
        _seen = count;
        var first = count - transitions.Length + 1;
        return
        [
            .. transitions.Select((transition, index) =>
                new FeedMessage(Event("transition", transition, CircuitJsonContext.Default.TransitionJson), first + index)),
        ];
    }

    private static SseItem<byte[]> Event<T>(string name, T data, JsonTypeInfo<T> type) => new(JsonSerializer.SerializeToUtf8Bytes(data, type), name);
}

/// <summary>One event for all who watch; its JSON is made once.</summary>
/// <param name="Event">What they get.</param>
/// <param name="Transition">The number of the transition that it tells; 0 for other events.</param>
internal readonly record struct FeedMessage(SseItem<byte[]> Event, long Transition = 0);
