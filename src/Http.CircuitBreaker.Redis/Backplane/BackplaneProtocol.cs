using System.Collections.Concurrent;
using Http.CircuitBreaker.Redis.Protocol;
using Http.CircuitBreaker.Redis.Telemetry;

namespace Http.CircuitBreaker.Redis.Backplane;

/// <summary>Gives <see cref="BackplaneProtocol"/> access to the connection and the circuits.</summary>
internal interface IBackplaneContext
{
    /// <summary>The current monotonic time in milliseconds.</summary>
    long Now { get; }

    ICircuitBackplaneReceiver Receiver { get; }

    BackplaneTelemetry Telemetry { get; }

    CircuitSnapshot? Find(CircuitKey key);

    /// <summary>
    /// Queues a command. The delegate creates the command just before it is sent, or returns null to send nothing. Returns false if the
    /// queue is full.
    /// </summary>
    bool TrySend(Func<BackplaneCommand?> command);
}

/// <summary>
/// Reports local state changes to the server, applies the changes of other instances to local circuits, and requests probe leases. This
/// class only queues commands and never waits for a reply.
/// </summary>
internal sealed class BackplaneProtocol(bool leasesProbes, IBackplaneContext context) : ICircuitObserver, IProbeLeases
{
    private const long UnchangedCircuitLifetime = 600_000;

    // The longest poll interval. Every live instance polls within this time.
    private const long MaxPollInterval = 60_000;

    // Longer than any valid lease. A background probe may use ProbeTimeout (at most one day) twice, for the headers and for the body, and
    // a lease lasts a few seconds longer than its probe.
    private const long MaxLease = 3L * 24 * 60 * 60 * 1000;
    private const int MaxRemoteCircuits = 10_000;
    private const int MaxCreatedIsolations = 1000;

    private readonly ConcurrentDictionary<CircuitKey, SharedCircuit> _circuits = new();
    private readonly ServerClock _clock = new();
    private string? _generation;
    private int _instances;
    private int _instancesBefore;
    private long _lostAt = long.MinValue / 2;
    private int _isolationsToCreate;

    /// <summary>The next poll returns only the records with a version above this one.</summary>
    public long Version { get; private set; }

    // After losing its data, a server knows only the instances that have polled since the loss. Until all instances have had time to poll,
    // the quorum is computed from the number of instances before the loss. Otherwise, a single report would be enough to open a circuit on
    // all instances.
    private int MinInstances => context.Now - _lostAt < MaxPollInterval ? _instancesBefore : 0;

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
        if (!leasesProbes || !context.Telemetry.IsConnected)
        {
            return true;
        }

        // Apply remote changes first, because another instance's failed probe may have extended the break.
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

    /// <summary>
    /// Handles the reply to a command. A null reply means that the command failed. If the command was a report, the next poll resends it.
    /// </summary>
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
            var deniedUntil = reply?.DeniedUntil ?? 0;
            var denial = Math.Max(0, deniedUntil - _clock.ToServerTime(context.Now));

            // A denial lasts until a break, an isolation or another probe's lease ends. A reply with a later end is malformed. Another
            // instance may request longer leases than this instance does, so its leases are limited only by MaxLease.
            var isMalformed = deniedUntil > Math.Max((reply?.ServerTime + MaxLease) ?? 0, reply?.Record?.Until ?? 0);
            var answer = isMalformed ? CommandAnswer.Stale : reply?.Answer ?? CommandAnswer.Stale;
            circuit.Lease.OnReply(lease.Token, answer, context.Now + denial);
        }

        if (reply is null)
        {
            return;
        }

        if (reply.Record is { } record && record.IsPlausible(reply.ServerTime))
        {
            circuit.OnRecord(record, context.Now);
        }

        Advance(circuit);
    }

    /// <summary>Processes the reply to a poll. Returns true if another poll is needed to read the remaining records.</summary>
    public bool OnPoll(PollReply reply)
    {
        var isLost = ObserveServer(reply.Generation, reply.ServerTime);
        (Version, _instances) = (isLost ? 0 : reply.Version, reply.Instances);
        _isolationsToCreate = MaxCreatedIsolations - _circuits.Count(pair => pair.Value.State == CircuitState.Isolated);
        foreach (var record in reply.Records)
        {
            if (GetRefusal(record, reply.ServerTime) is { } refusal)
            {
                context.Telemetry.OnRefused(refusal);
            }
            else
            {
                GetOrAdd(record!.Key).OnRecord(record, context.Now);
            }
        }

        foreach (var circuit in _circuits.Select(pair => pair.Value))
        {
            circuit.DetectNewIsolation(context.Find, _clock, context.Now);
            Advance(circuit);
            var isShown = circuit.State != CircuitState.Closed && context.Find(circuit.Key) is not null;
            if (!isShown && circuit.TryRemove(_clock, context.Now, UnchangedCircuitLifetime))
            {
                _circuits.TryRemove(KeyValuePair.Create(circuit.Key, circuit));
            }
        }

        return isLost || reply.HasMore;
    }

    // Returns the reason for ignoring a record, or null if the record is accepted.
    private string? GetRefusal(BackplaneRecord? record, long serverTime) =>
        record?.IsPlausible(serverTime) != true ? "malformed"
        : !context.Receiver.Covers(record.Key.Client) ? "unknown_client"
        : _circuits.Count >= MaxRemoteCircuits && !_circuits.ContainsKey(record.Key) && context.Find(record.Key) is null ? "too_many"
        : null;

    private SharedCircuit GetOrAdd(CircuitKey key) =>
        _circuits.TryGetValue(key, out var circuit) ? circuit : _circuits.GetOrAdd(key, new SharedCircuit(key, context.Now));

    // Gives an unused lease back to the server, queues a report if one is due, and applies the latest record. Returns true if a remote
    // change was applied.
    private bool Advance(SharedCircuit circuit)
    {
        if (circuit.Lease.TakeUnused(context.Now) is { } unused)
        {
            Settle(circuit.Key, unused, CircuitOutcome.Ignored, TimeSpan.Zero);
        }

        if (_clock.IsKnown && circuit.TryQueueReport() && !context.TrySend(() => circuit.CreateReport(context.Now, _clock, MinInstances)))
        {
            circuit.OnReported(report: null, reply: null);
        }

        // Try twice: if the tracked local state is out of date, the first attempt fails but updates it, so the second can succeed.
        var isApplied = false;
        context.Telemetry.Run(() => isApplied = TryApplyRecord(circuit) || TryApplyRecord(circuit));
        return isApplied;
    }

    private bool TryApplyRecord(SharedCircuit circuit)
    {
        if (circuit.Decide(context.Now, _clock) is not { } action)
        {
            return false;
        }

        // State changes from other instances do not create local circuits, so that other instances cannot fill the registry. The only
        // exceptions are isolations, up to a limit.
        var mayApply = action.Kind is RemoteActionKind.Close or RemoteActionKind.Reset
            || context.Find(circuit.Key) is not null
            || (action.Kind == RemoteActionKind.Isolate && Interlocked.Decrement(ref _isolationsToCreate) >= 0);
        if (mayApply && action.Apply(context.Receiver, circuit.Key))
        {
            circuit.DetectNewIsolation(context.Find, _clock, context.Now);
            return true;
        }

        circuit.OnNotApplied(context.Find(circuit.Key), context.Now);
        return false;
    }

    // Returns true if the server has lost data.
    private bool ObserveServer(string generation, long serverTime)
    {
        var known = Interlocked.Exchange(ref _generation, generation);
        var isLost = known is not null && known != generation;
        _clock.Observe(serverTime, context.Now, isNewServer: isLost);
        if (isLost)
        {
            context.Telemetry.OnDataLost();
            (Version, _instancesBefore, _lostAt) = (0, Math.Max(_instances, MinInstances), context.Now);
            foreach (var circuit in _circuits.Select(pair => pair.Value))
            {
                circuit.OnServerDataLost(context.Now);
            }
        }

        return isLost;
    }
}
