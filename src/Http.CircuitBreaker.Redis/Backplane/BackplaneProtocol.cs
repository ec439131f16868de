using System.Collections.Concurrent;
using Http.CircuitBreaker.Redis.Protocol;

namespace Http.CircuitBreaker.Redis.Backplane;

/// <summary>
/// The part that one instance plays in its fleet: tells what its circuits do, applies what the fleet found out, and lets a probe go if the fleet
/// leased it. Waits for nothing; what it sends and when answers come is up to others.
/// </summary>
internal sealed partial class BackplaneProtocol(bool leasesProbes, IBackplanePorts ports) : ICircuitObserver, IProbeLeases
{
    private const long ForgetAfter = 600_000;

    private readonly ConcurrentDictionary<CircuitKey, SharedCircuit> _circuits = new();
    private readonly ServerClock _clock = new();
    private string? _generation;
    private long _sequence;

    /// <summary>Where the next look at the fleet begins.</summary>
    public long Version { get; private set; }

    public void OnStateChange(CircuitStateChange change)
    {
        var now = ports.Now;
        while (true)
        {
            var circuit = CircuitOf(change.Key);
            if (circuit.TryChange(change, now, out var unused))
            {
                GiveBack(circuit, unused);
                Report(circuit);
                Follow(circuit);
                return;
            }

            _circuits.TryRemove(KeyValuePair.Create(change.Key, circuit));
        }
    }

    /// <summary>The server has answered a command.</summary>
    public void OnReply(BackplaneCommand command, BackplaneReply reply)
    {
        Remember(reply.Generation, reply.ServerTime);
        var circuit = CircuitOf(command.Key);
        if (command is ReportCommand report)
        {
            circuit.Reported(report, reply);
        }
        else if (command is LeaseCommand ask && !circuit.Leased(ask, reply, ports.Now, _clock))
        {
            GiveBack(circuit, ask.Token);
        }

        if (reply.Record is { } record)
        {
            Hear(circuit, record);
        }

        // It may have changed again while the report was under way.
        Report(circuit);
    }

    /// <summary>A command did not get an answer. What it reported is reported again with the next look at the fleet.</summary>
    public void OnFailure(BackplaneCommand command)
    {
        if (command is LeaseCommand ask)
        {
            CircuitOf(ask.Key).LeaseFailed(ask.Token);
        }
        else if (command is ReportCommand)
        {
            CircuitOf(command.Key).NotQueued();
        }
    }

    /// <summary>A message, or a record that a look at the fleet found.</summary>
    public void OnRecord(BackplaneRecord record) => Hear(CircuitOf(record.Key), record);

    /// <summary>A look at the fleet. False if the server has lost its memory, so that it has to be looked at from the beginning.</summary>
    public bool OnPoll(PollReply reply)
    {
        if (!Remember(reply.Generation, reply.ServerTime))
        {
            return false;
        }

        Version = reply.Version;
        foreach (var record in reply.Records)
        {
            OnRecord(record);
        }

        foreach (var circuit in _circuits.Select(pair => pair.Value))
        {
            if (circuit.IsIsolated)
            {
                circuit.FindIsolation(ports.Find(circuit.Key), ports.Now);
            }

            Report(circuit);
            Follow(circuit);
            if (circuit.TryForget(ports.Now, ForgetAfter))
            {
                _circuits.TryRemove(KeyValuePair.Create(circuit.Key, circuit));
            }
        }

        return true;
    }

    private SharedCircuit CircuitOf(CircuitKey key) =>
        _circuits.TryGetValue(key, out var circuit) ? circuit : _circuits.GetOrAdd(key, new SharedCircuit(key, ports.Now));

    private void Hear(SharedCircuit circuit, BackplaneRecord record)
    {
        GiveBack(circuit, circuit.Hear(record));
        Follow(circuit);
    }

    private void Report(SharedCircuit circuit)
    {
        if (_clock.IsKnown && circuit.TryQueue() && !ports.TrySend(() => circuit.Report(ports.Now, _clock, Interlocked.Increment(ref _sequence))))
        {
            circuit.NotQueued();
        }
    }

    // True if that changed the circuit.
    private bool Follow(SharedCircuit circuit)
    {
        if (circuit.Decide(ports.Now, _clock) is not { } action)
        {
            return false;
        }

        var isApplied = Apply(action, circuit);
        if (!isApplied)
        {
            circuit.Resync(ports.Find(circuit.Key), ports.Now);
        }

        return isApplied;
    }

    // Observers of the circuit run in here, and may throw.
    private bool Apply(RemoteAction action, SharedCircuit circuit)
    {
        try
        {
            return action.Apply(ports.Circuits, circuit.Key);
        }
        finally
        {
            if (action is RemoteAction.Isolate)
            {
                circuit.FollowedIsolation(ports.Find(circuit.Key));
            }
        }
    }

    // False if the server has lost its memory.
    private bool Remember(string generation, long serverTime)
    {
        var known = Interlocked.Exchange(ref _generation, generation);
        var isLost = known is not null && known != generation;
        _clock.Observe(serverTime, ports.Now, isAnother: isLost);
        if (isLost)
        {
            Version = 0;
            foreach (var circuit in _circuits.Select(pair => pair.Value))
            {
                circuit.StartAnew(ports.Now);
            }
        }

        return !isLost;
    }
}
