using System.Net.ServerSentEvents;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Http.CircuitBreaker.AspNetCore.Json;

namespace Http.CircuitBreaker.AspNetCore.Feed;

/// <summary>One stretch of time in which somebody watches: says at each look what is new since the last one.</summary>
internal sealed class CircuitWatch
{
    private readonly CircuitChanges _changes = new();
    private readonly ICircuitRegistry _circuits;
    private readonly TransitionHistory _history;
    private readonly TimeProvider _time;
    private readonly TimeSpan _heartbeat;
    private long _seen;
    private long _lastNews;

    public CircuitWatch(ICircuitRegistry circuits, TransitionHistory history, TimeProvider time, TimeSpan heartbeat)
    {
        (_circuits, _history, _time, _heartbeat) = (circuits, history, time, heartbeat);
        (_, _seen) = history.Read();
        _lastNews = time.GetTimestamp();
        _changes.Since(circuits.GetSnapshots(), time.GetUtcNow());
    }

    public IReadOnlyList<Message> Look()
    {
        var now = _time.GetUtcNow();
        var messages = Transitions();
        if (_changes.Since(_circuits.GetSnapshots(), now) is { } changed)
        {
            messages.Add(new Message(Event("circuits", changed, CircuitJsonContext.Default.CircuitsJson)));
        }

        if (messages.Count == 0 && _time.GetElapsedTime(_lastNews) >= _heartbeat)
        {
            messages.Add(new Message(Event("heartbeat", new HeartbeatJson(now), CircuitJsonContext.Default.HeartbeatJson)));
        }

        if (messages.Count > 0)
        {
            _lastNews = _time.GetTimestamp();
        }

        return messages;
    }

    private List<Message> Transitions()
    {
        var (transitions, count) = _history.ReadAfter(_seen);
        _seen = count;
        var first = count - transitions.Length + 1;
        return
        [
            .. transitions.Select((transition, index) =>
                new Message(Event("transition", transition, CircuitJsonContext.Default.TransitionJson), first + index)),
        ];
    }

    private static SseItem<byte[]> Event<T>(string name, T data, JsonTypeInfo<T> type) => new(JsonSerializer.SerializeToUtf8Bytes(data, type), name);
}
