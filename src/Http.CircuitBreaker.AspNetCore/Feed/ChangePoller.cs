using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Http.CircuitBreaker.AspNetCore.Json;

namespace Http.CircuitBreaker.AspNetCore.Feed;

/// <summary>An event in the stream, serialized once for all clients.</summary>
/// <param name="Name">The name of the event.</param>
/// <param name="Json">The event data, as JSON on one line.</param>
/// <param name="Transition">The number of the last transition in the data; 0 if the data contains no transition.</param>
internal sealed record FeedMessage(string Name, ReadOnlyMemory<byte> Json, long Transition = 0)
{
    public static FeedMessage Create<T>(string name, T data, JsonTypeInfo<T> type, long transition = 0) =>
        new(name, JsonSerializer.SerializeToUtf8Bytes(data, type), transition);
}

/// <summary>Polls the circuits and returns the changes since the previous poll as events.</summary>
internal sealed class ChangePoller
{
    private readonly ChangeTracker _changes = new();
    private readonly ICircuitRegistry _circuits;
    private readonly TransitionHistory _history;
    private readonly CallHistory _calls;
    private readonly ICircuitBackplaneStatus? _backplaneStatus;
    private readonly TimeProvider _time;
    private readonly TimeSpan _heartbeatInterval;
    private BackplaneJson? _backplane;
    private long _lastSlot;
    private long _lastTransition;
    private long _lastMessageAt;

    public ChangePoller(
        ICircuitRegistry circuits,
        TransitionHistory history,
        CallHistory calls,
        ICircuitBackplaneStatus? backplane,
        TimeProvider time,
        TimeSpan heartbeatInterval)
    {
        (_circuits, _history, _calls, _backplaneStatus) = (circuits, history, calls, backplane);
        (_time, _heartbeatInterval) = (time, heartbeatInterval);
        (_backplane, _lastSlot) = (BackplaneJson.From(backplane), calls.Read().Slot);
        _lastTransition = history.LastTransition;
        _lastMessageAt = time.GetTimestamp();
        _changes.Update(circuits.GetSnapshots(), time.GetUtcNow());
    }

    public IReadOnlyList<FeedMessage> Poll()
    {
        var now = _time.GetUtcNow();
        var messages = ReadTransitions();
        var snapshots = _circuits.GetSnapshots();
        _calls.Update(snapshots);
        if (_changes.Update(snapshots, now) is { } changes)
        {
            var history = _calls.Read(_lastSlot);
            _lastSlot = history.Slot;
            messages.Add(FeedMessage.Create("circuits", changes with { History = history }, CircuitJsonContext.Default.CircuitChangesJson));
        }

        if (BackplaneJson.From(_backplaneStatus) is { } backplane && backplane != _backplane)
        {
            _backplane = backplane;
            messages.Add(FeedMessage.Create("backplane", backplane, CircuitJsonContext.Default.BackplaneJson));
        }

        if (messages.Count == 0 && _time.GetElapsedTime(_lastMessageAt) >= _heartbeatInterval)
        {
            messages.Add(FeedMessage.Create("heartbeat", new HeartbeatJson(now), CircuitJsonContext.Default.HeartbeatJson));
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
                FeedMessage.Create("transition", transition, CircuitJsonContext.Default.TransitionJson, first + index)),
        ];
    }
}
