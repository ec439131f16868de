using System.Collections.Concurrent;
using Http.CircuitBreaker.Redis.Protocol;

namespace Http.CircuitBreaker.Redis.Backplane;

/// <summary>Gives <see cref="BackplaneProtocol"/> access to the connection and the circuits.</summary>
internal interface IBackplaneContext
{
    /// <summary>The current monotonic time in milliseconds.</summary>
    long Now { get; }

    /// <summary>Whether the last poll or command succeeded.</summary>
    bool IsConnected { get; }

    ICircuitBackplaneReceiver Receiver { get; }

    CircuitSnapshot? Find(CircuitKey key);

    /// <summary>
    /// Queues a command. The delegate creates it just before it is sent, or returns null to send nothing. Returns false if the queue is
    /// full.
    /// </summary>
    bool TrySend(Func<BackplaneCommand?> command);
}

/// <summary>Reports local changes, applies records and requests leases. It only queues commands and never waits for a reply.</summary>
internal sealed class BackplaneProtocol(bool leasesProbes, IBackplaneContext context) : ICircuitObserver, IProbeLeases
{
    private const long UnchangedCircuitLifetime = 600_000;
    private const int MaxRemoteCircuits = 20_000;

    private readonly ConcurrentDictionary<CircuitKey, SharedCircuit> _circuits = new();
    private readonly ServerClock _clock = new();
    private string? _generation;

    /// <summary>The version from which the next poll starts.</summary>
    public long Version { get; private set; }

    public void OnStateChange(CircuitStateChange change)
    {
        var circuit = GetOrAdd(change.Key);
        while (!circuit.TryChange(change, context.Now))
        {
            _circuits.TryRemove(KeyValuePair.Create(change.Key, circuit));
            circuit = GetOrAdd(change.Key);
        }

        Advance(circuit);
    }

    public bool TryLease(in ProbeRequest request, out string? token)
    {
        token = null;
        if (!leasesProbes || !context.IsConnected)
        {
            return true;
        }

        // Apply remote changes first. Another instance's failed probe may have extended the break.
        var circuit = GetOrAdd(request.Key);
        if (Advance(circuit))
        {
            return false;
        }

        var decision = circuit.Lease.Decide(context.Now, out var lease);
        if (decision == LeaseDecision.RejectAndRequest)
        {
            var duration = ProbeLease.ClaimTimeout + (long)request.Timeout.TotalMilliseconds;
            var command = new LeaseCommand(request.Key, lease!, duration, circuit.RecordVersion, request.Probes, request.FailuresToOpen);
            if (!context.TrySend(() => command))
            {
                circuit.Lease.OnReply(command.Token, CommandAnswer.Stale, deniedUntil: 0);
            }

            return false;
        }

        token = decision == LeaseDecision.ProbeWithLease ? lease : null;
        return decision != LeaseDecision.Reject;
    }

    public void Settle(CircuitKey key, string token, CircuitOutcome outcome, TimeSpan breakDuration)
    {
        var command = new SettleCommand(key, token, outcome, (long)breakDuration.TotalMilliseconds, context.Find(key)?.LastFailureReason);
        context.TrySend(() => command);
    }

    /// <summary>Handles the reply to a command; null means that the command failed. The next poll resends a failed report.</summary>
    public void OnCompleted(BackplaneCommand command, CommandReply? reply)
    {
        if (reply is not null)
        {
            ObserveServer(reply.Generation, reply.ServerTime);
        }

        var circuit = GetOrAdd(command.Key);
        if (command is ReportCommand report)
        {
            circuit.OnReported(report, reply);
        }
        else if (command is LeaseCommand lease)
        {
            var denial = Math.Max(0, (reply?.DeniedUntil ?? 0) - _clock.ToServerTime(context.Now));
            circuit.Lease.OnReply(lease.Token, reply?.Answer ?? CommandAnswer.Stale, context.Now + denial);
        }

        if (reply is null)
        {
            return;
        }

        if (reply.Record is { } record)
        {
            circuit.OnRecord(record);
        }

        Advance(circuit);
    }

    /// <summary>Applies the reply to a poll. Returns false if the server has lost its data and must be polled from the beginning.</summary>
    public bool OnPoll(PollReply reply)
    {
        if (!ObserveServer(reply.Generation, reply.ServerTime))
        {
            return false;
        }

        Version = reply.Version;
        foreach (var record in reply.Records)
        {
            if (_circuits.ContainsKey(record.Key) || _circuits.Count < MaxRemoteCircuits)
            {
                GetOrAdd(record.Key).OnRecord(record);
            }
        }

        foreach (var circuit in _circuits.Select(pair => pair.Value))
        {
            if (circuit.IsIsolated)
            {
                circuit.DetectNewIsolation(context.Find(circuit.Key), _clock, context.Now);
            }

            Advance(circuit);
            var isShown = !circuit.IsClosed && context.Find(circuit.Key) is not null;
            if (!isShown && circuit.TryRemove(context.Now, UnchangedCircuitLifetime))
            {
                _circuits.TryRemove(KeyValuePair.Create(circuit.Key, circuit));
            }
        }

        return true;
    }

    private SharedCircuit GetOrAdd(CircuitKey key) =>
        _circuits.TryGetValue(key, out var circuit) ? circuit : _circuits.GetOrAdd(key, new SharedCircuit(key, context.Now));

    // Returns an unused lease to the server, queues a due report and applies the latest record. Returns true if a remote change was
    // applied.
    private bool Advance(SharedCircuit circuit)
    {
        if (circuit.Lease.TakeUnused(context.Now) is { } unused)
        {
            Settle(circuit.Key, unused, CircuitOutcome.Ignored, TimeSpan.Zero);
        }

        if (_clock.IsKnown && circuit.TryQueueReport() && !context.TrySend(() => circuit.CreateReport(context.Now, _clock)))
        {
            circuit.OnReported(report: null, reply: null);
        }

        if (circuit.Decide(context.Now, _clock) is not { } action)
        {
            return false;
        }

        var isApplied = action.Apply(context.Receiver, circuit.Key);
        if (!isApplied)
        {
            circuit.Resync(context.Find(circuit.Key), context.Now);
        }

        return isApplied;
    }

    // Returns false if the server has lost its data.
    private bool ObserveServer(string generation, long serverTime)
    {
        var known = Interlocked.Exchange(ref _generation, generation);
        var isLost = known is not null && known != generation;
        _clock.Observe(serverTime, context.Now, isNewServer: isLost);
        if (isLost)
        {
            Version = 0;
            foreach (var circuit in _circuits.Select(pair => pair.Value))
            {
                circuit.OnServerDataLost(context.Now);
            }
        }

        return !isLost;
    }
}
