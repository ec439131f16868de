using System.Net.ServerSentEvents;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Http.CircuitBreaker.AspNetCore.Json;

namespace Http.CircuitBreaker.AspNetCore.Feed;

/// <summary>An event for all subscriptions, serialized once.</summary>
/// <param name="Event">The event, with its data as JSON.</param>
/// <param name="Transition">The number of the transition in the event, or 0 for other events.</param>
internal readonly record struct FeedMessage(SseItem<byte[]> Event, long Transition = 0);

/// <summary>Polls the circuits and returns the changes since the previous poll as events.</summary>
internal sealed class ChangePoller
{
    private readonly ChangeTracker _changes = new();
    private readonly ICircuitRegistry _circuits;
    private readonly TransitionHistory _history;
    private readonly TimeProvider _time;
    private readonly TimeSpan _heartbeatInterval;
    private long _lastTransition;
    private long _lastMessageAt;

    public ChangePoller(ICircuitRegistry circuits, TransitionHistory history, TimeProvider time, TimeSpan heartbeatInterval)
    {
        (_circuits, _history, _time, _heartbeatInterval) = (circuits, history, time, heartbeatInterval);
        (_, _lastTransition) = history.Read();
        _lastMessageAt = time.GetTimestamp();
        _changes.Update(circuits.GetSnapshots(), time.GetUtcNow());
    }

    public IReadOnlyList<FeedMessage> Poll()
    {
        var now = _time.GetUtcNow();
        var messages = ReadTransitions();
        if (_changes.Update(_circuits.GetSnapshots(), now) is { } changes)
        {
            messages.Add(new FeedMessage(CreateEvent("circuits", changes, CircuitJsonContext.Default.CircuitChangesJson)));
        }

        if (messages.Count == 0 && _time.GetElapsedTime(_lastMessageAt) >= _heartbeatInterval)
        {
            messages.Add(new FeedMessage(CreateEvent("heartbeat", new HeartbeatJson(now), CircuitJsonContext.Default.HeartbeatJson)));
        }

        if (messages.Count > 0)
        {
            _lastMessageAt = _time.GetTimestamp();
        }

        return messages;
    }

    private List<FeedMessage> ReadTransitions()
    {
        var (transitions, count) = _history.ReadAfter(_lastTransition);
        _lastTransition = count;
        var first = count - transitions.Length + 1;
        return
        [
            .. transitions.Select((transition, index) =>
                new FeedMessage(CreateEvent("transition", transition, CircuitJsonContext.Default.TransitionJson), first + index)),
        ];
    }

    private static SseItem<byte[]> CreateEvent<T>(string name, T data, JsonTypeInfo<T> type) =>
        new(JsonSerializer.SerializeToUtf8Bytes(data, type), name);
}
