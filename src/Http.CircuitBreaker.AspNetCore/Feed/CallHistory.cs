using Http.CircuitBreaker.AspNetCore.Json;
using Http.CircuitBreaker.AspNetCore.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Http.CircuitBreaker.AspNetCore.Feed;

/// <summary>
/// Keeps the call counts of the last three minutes, so that a client that connects during an outage sees how the outage began.
/// </summary>
/// <remarks>
/// The counts are updated while a client is connected to the event stream. In addition, a timer updates the counts every five seconds while
/// any circuit is not closed.
/// </remarks>
internal sealed class CallHistory : ICircuitObserver, IDisposable
{
    public const int SlotSeconds = 5;
    public const int Slots = 36;

    // The maximum number of circuits in the history. If there are more, those with the fewest failed and rejected calls are dropped.
    public const int MaxCircuits = 500;

    private static readonly TimeSpan _slotDuration = TimeSpan.FromSeconds(SlotSeconds);

    private readonly ICircuitRegistry _circuits;
    private readonly TimeProvider _time;
    private readonly TimeSpan _maxGap;
    private readonly ILogger _logger;
    private readonly ITimer _timer;
    private readonly Lock _lock = new();
    private readonly Dictionary<CircuitKey, List<Slot>> _slots = [];
    private Dictionary<CircuitKey, Counts> _totals = [];
    private long? _updatedAt;
    private long _slot;
    private long _firstSlot;
    private int _isScheduled;

    public CallHistory(
        ICircuitRegistry circuits, TimeProvider time, IOptions<CircuitEndpointsOptions> options, ILoggerFactory loggerFactory)
    {
        (_circuits, _time) = (circuits, time);
        _maxGap = 2 * (_slotDuration > options.Value.RefreshInterval ? _slotDuration : options.Value.RefreshInterval);
        _logger = loggerFactory.CreateLogger("Http.CircuitBreaker.AspNetCore");
        _timer = time.CreateTimer(_ => OnTimer(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public bool IsScheduled => Volatile.Read(ref _isScheduled) == 1;

    public void OnStateChange(CircuitStateChange change)
    {
        if (change.State != CircuitState.Closed)
        {
            Schedule(TimeSpan.Zero);
        }
    }

    /// <summary>
    /// Adds the calls since the previous update to the current slot. If the previous update was too long ago, there is no way to tell which
    /// slots the calls belong to. In that case, the calls are not added, and the current totals become the new baseline.
    /// </summary>
    public void Update(IReadOnlyList<CircuitSnapshot> snapshots)
    {
        lock (_lock)
        {
            var now = _time.GetUtcNow();
            var slot = Math.Max(_slot, now.ToUnixTimeSeconds() / SlotSeconds);
            var elapsed = _updatedAt is { } before ? _time.GetElapsedTime(before) : TimeSpan.MaxValue;
            var isGap = elapsed > _maxGap;
            (_updatedAt, _firstSlot) = (_time.GetTimestamp(), isGap ? slot + 1 : _firstSlot);
            if (slot != _slot)
            {
                _slot = slot;
                DropOldSlots();
            }

            // A circuit that is evicted and created again during enumeration can be listed twice. Only the first entry counts.
            var latest = new Dictionary<CircuitKey, Counts>(snapshots.Count);
            foreach (var circuit in snapshots)
            {
                var counts = Counts.From(circuit);
                var isNew = latest.TryAdd(circuit.Key, counts);
                if (isNew && !isGap)
                {
                    Add(circuit.Key, counts - (_totals.TryGetValue(circuit.Key, out var known) ? known : Baseline(circuit, now - elapsed)));
                }
            }

            _totals = latest;
            DropOtherCircuits();
        }
    }

    /// <summary>Returns the calls counted in slot <paramref name="since"/> or later.</summary>
    public HistoryJson Read(long since = 0)
    {
        lock (_lock)
        {
            var circuits = new Dictionary<string, IReadOnlyList<long[]>>();
            foreach (var (key, slots) in _slots)
            {
                if (slots[^1].Number >= since)
                {
                    circuits[key.Id] = [.. slots.Where(slot => slot.Number >= since).Select(slot => slot.ToArray(_slot))];
                }
            }

            return new HistoryJson(_slot, _firstSlot, circuits);
        }
    }

    public void Dispose() => _timer.Dispose();

    // Returns the totals to subtract for a circuit that the previous update did not include: zero if the circuit is new, or its present
    // totals if it was only hidden. A hidden circuit opened before the previous update, or has just become half-open (epoch 3 or higher).
    private static Counts Baseline(CircuitSnapshot circuit, DateTimeOffset previousUpdate) =>
        circuit.Epoch > 2 || (circuit.State != CircuitState.Closed && circuit.Since < previousUpdate) ? Counts.From(circuit) : default;

    private void Schedule(TimeSpan delay)
    {
        if (Interlocked.Exchange(ref _isScheduled, 1) == 0)
        {
            _timer.Change(delay, Timeout.InfiniteTimeSpan);
        }
    }

    private void OnTimer()
    {
        try
        {
            if (UpdateAndCheck())
            {
                _timer.Change(_slotDuration, Timeout.InfiniteTimeSpan);
                return;
            }

            // Check again: a circuit that opened after the first check, but before _isScheduled was cleared, did not start the timer.
            Volatile.Write(ref _isScheduled, 0);
            if (UpdateAndCheck())
            {
                Schedule(_slotDuration);
            }
        }
        catch (Exception exception)
        {
            // Reading the circuits can throw an exception, because the registry may be user code.
            Volatile.Write(ref _isScheduled, 0);
            EndpointLog.HistoryFailed(_logger, exception);
        }
    }

    // Returns true if any circuit is not closed.
    private bool UpdateAndCheck()
    {
        var snapshots = _circuits.GetSnapshots();
        Update(snapshots);
        return snapshots.Any(circuit => circuit.State != CircuitState.Closed);
    }

    private void Add(CircuitKey key, Counts calls)
    {
        // If reading a response body fails, a call that was counted as a success becomes a failure, so the change in succeeded calls can
        // be negative.
        calls = calls with { Succeeded = Math.Max(0, calls.Succeeded) };
        if (calls.Sum <= 0 || calls is { Failed: < 0 } or { Rejected: < 0 } or { Ignored: < 0 })
        {
            return;
        }

        var slots = _slots.TryGetValue(key, out var own) ? own : _slots[key] = [];
        if (slots is [.., var last] && last.Number == _slot)
        {
            slots[^1] = last with { Calls = last.Calls + calls };
        }
        else
        {
            slots.Add(new Slot(_slot, calls));
        }
    }

    private void DropOldSlots()
    {
        foreach (var (key, slots) in _slots)
        {
            slots.RemoveAll(slot => slot.Number <= _slot - Slots);
            if (slots.Count == 0)
            {
                _slots.Remove(key);
            }
        }
    }

    private void DropOtherCircuits()
    {
        if (_slots.Count > MaxCircuits)
        {
            var others = _slots.OrderBy(pair => pair.Value.Sum(slot => slot.Calls.Failed + slot.Calls.Rejected)).Select(pair => pair.Key);
            foreach (var key in others.Take(_slots.Count - MaxCircuits).ToList())
            {
                _slots.Remove(key);
            }
        }
    }

    private readonly record struct Slot(long Number, Counts Calls)
    {
        public long[] ToArray(long current)
        {
            long[] values = [current - Number, Calls.Succeeded, Calls.Failed, Calls.Rejected, Calls.Ignored];
            return values[..(Array.FindLastIndex(values, value => value != 0) + 1)];
        }
    }

    private readonly record struct Counts(long Succeeded, long Failed, long Rejected, long Ignored)
    {
        public long Sum => Succeeded + Failed + Rejected + Ignored;

        public static Counts From(CircuitSnapshot circuit) =>
            new(circuit.TotalSucceeded, circuit.TotalFailed, circuit.Rejected, circuit.TotalIgnored);

        public static Counts operator +(Counts a, Counts b) =>
            new(a.Succeeded + b.Succeeded, a.Failed + b.Failed, a.Rejected + b.Rejected, a.Ignored + b.Ignored);

        public static Counts operator -(Counts a, Counts b) =>
            new(a.Succeeded - b.Succeeded, a.Failed - b.Failed, a.Rejected - b.Rejected, a.Ignored - b.Ignored);
    }
}
