using Http.CircuitBreaker.Redis.Protocol;

namespace Http.CircuitBreaker.Redis.Tests.Model;

/// <summary>The scripts' semantics in C#, on a clock that the test moves: what a fleet of the model and the simulation shares.</summary>
internal sealed class TwinServer(Func<long> time, double quorum)
{
    private readonly Dictionary<CircuitKey, TwinRecord> _records = [];
    private readonly Dictionary<string, long> _instances = [];
    private long _version;

    /// <summary>What is published.</summary>
    public event Action? Published;

    public string Generation { get; private set; } = "1";

    public int Commands { get; private set; }

    public IReadOnlyDictionary<CircuitKey, TwinRecord> Records => _records;

    private long Now => time();

    public void LoseEverything()
    {
        _records.Clear();
        _instances.Clear();
        Generation += "1";
    }

    public PollReply Poll(string instance, long alive, long version)
    {
        Commands++;
        _instances[instance] = Now + alive;
        var changed = _records.Values.Where(record => record.State is not null && record.Version > version).OrderBy(record => record.Version).Select(record => record.Snapshot()).ToList();
        return new PollReply(Generation, Now, Alive(), changed.Count == 0 ? version : changed[^1].Version, changed);
    }

    public BackplaneReply Execute(BackplaneCommand command, string instance)
    {
        Commands++;
        if (!_records.TryGetValue(command.Key, out var record))
        {
            record = new TwinRecord(command.Key);
        }

        var (answer, until) = command switch
        {
            ReportCommand report => (Report(record, report, instance), 0),
            LeaseCommand lease => Lease(record, lease),
            HoldCommand hold => (Hold(record, hold), 0),
            SettleCommand settle => (Settle(record, settle), 0),
            _ => throw new InvalidOperationException("There is no such command."),
        };
        return new BackplaneReply(answer, Generation, Now, until, record.State is null ? null : record.Snapshot());
    }

    private int Alive() => _instances.Count(instance => instance.Value > Now);

    private BackplaneAnswer Report(TwinRecord r, ReportCommand report, string instance)
    {
        if (r.Votes.TryGetValue(instance, out var before) && report.Sequence <= before.Sequence)
        {
            return BackplaneAnswer.Stale;
        }

        switch (report.Kind)
        {
            case ReportKind.Isolated or ReportKind.Reset:
                if ((r.State == BackplaneState.Isolated || r.IsReset) && r.At >= report.Since)
                {
                    return BackplaneAnswer.Stale;
                }

                r.Close(report.Since);
                (r.IsReset, r.State) = (report.Kind == ReportKind.Reset, report.Kind == ReportKind.Reset ? BackplaneState.Closed : BackplaneState.Isolated);
                (r.Until, r.Note) = (report.Kind == ReportKind.Reset ? 0 : report.Until, report.Note);
                return Publish(r);
            case var _ when r.IsIsolated(Now):
                return BackplaneAnswer.Stale;
            case ReportKind.Closed:
                if (r.State == BackplaneState.Open ? r.At > report.Since : r.Votes.Count == 0)
                {
                    return BackplaneAnswer.Stale;
                }

                r.Close(report.Since);
                return Publish(r);
            default:
                return Vote(r, report, instance);
        }
    }

    private BackplaneAnswer Vote(TwinRecord r, ReportCommand report, string instance)
    {
        if (report.Until <= Now || (r.State == BackplaneState.Closed && r.At >= report.Since))
        {
            return BackplaneAnswer.Stale;
        }

        r.Votes[instance] = (report.Sequence, report.Since, report.Until);
        _records[r.Key] = r;
        if (r.State == BackplaneState.Open && r.Until > Now)
        {
            return BackplaneAnswer.Accepted;
        }

        var votes = r.Votes.Values.Where(vote => vote.Until > Now).ToList();
        var alive = Math.Max(Alive(), votes.Count);
        var needed = quorum >= 1 ? Math.Min(quorum, alive) : Math.Max(2, Math.Ceiling(quorum * alive));
        needed = alive <= 1 || report.IsCertain ? 1 : needed;
        if (votes.Count < needed)
        {
            return BackplaneAnswer.Accepted;
        }

        (r.State, r.At, r.Until) = (BackplaneState.Open, Now, votes.Min(vote => vote.Until));
        (r.Instances, r.Reason, r.IsReset) = (votes.Count, report.Reason, false);
        r.EndRound();
        return Publish(r);
    }

    private (BackplaneAnswer Answer, long Until) Lease(TwinRecord r, LeaseCommand ask)
    {
        if (r.State == BackplaneState.Closed && r.At >= ask.Opened)
        {
            return (BackplaneAnswer.Stale, 0);
        }

        if (r.IsIsolated(Now))
        {
            return (BackplaneAnswer.Denied, r.Until > 0 ? r.Until : Now + 1000);
        }

        if (r.State == BackplaneState.Open && r.Until > Now && r.Version > ask.Seen)
        {
            return (BackplaneAnswer.Denied, r.Until);
        }

        r.Expire(Now);
        if (r.Leases.ContainsKey(ask.Token))
        {
            return (BackplaneAnswer.Accepted, 0);
        }

        if (r.Leases.Count == 0 && r.Used >= r.Probes)
        {
            (r.Probes, r.FailuresToOpen, r.Succeeded, r.Failed) = (ask.Probes, ask.FailuresToOpen, 0, 0);
        }

        if (r.Used + r.Leases.Count >= r.Probes)
        {
            return (BackplaneAnswer.Denied, r.Leases.Values.Min());
        }

        r.Leases[ask.Token] = Now + BackplaneIdentity.Claim;
        _records[r.Key] = r;
        return (BackplaneAnswer.Accepted, 0);
    }

    private BackplaneAnswer Hold(TwinRecord r, HoldCommand hold)
    {
        r.Expire(Now);
        if (r.Probes == 0 || (!r.Leases.ContainsKey(hold.Token) && r.Used + r.Leases.Count >= r.Probes))
        {
            return BackplaneAnswer.Stale;
        }

        r.Leases[hold.Token] = Now + hold.Duration;
        return BackplaneAnswer.Accepted;
    }

    private BackplaneAnswer Settle(TwinRecord r, SettleCommand settle)
    {
        r.Expire(Now);
        var wasFull = r.Used + r.Leases.Count >= r.Probes;
        if (!r.Leases.Remove(settle.Token))
        {
            return BackplaneAnswer.Stale;
        }

        if (r.IsIsolated(Now))
        {
            return BackplaneAnswer.Accepted;
        }

        if (settle.Outcome == CircuitOutcome.Failure && ++r.Failed >= r.FailuresToOpen)
        {
            (r.State, r.IsReset, r.At, r.Until, r.Reason) = (BackplaneState.Open, false, Now, Now + settle.Break, settle.Reason);
            r.Instances = Math.Max(1, r.Instances);
            r.EndRound();
            return Publish(r);
        }

        if (settle.Outcome == CircuitOutcome.Success && ++r.Succeeded > r.Probes - r.FailuresToOpen)
        {
            r.Close(Now);
            return Publish(r);
        }

        return settle.Outcome == CircuitOutcome.Ignored && wasFull && r.State is not null ? Publish(r) : BackplaneAnswer.Accepted;
    }

    private BackplaneAnswer Publish(TwinRecord r)
    {
        _version = r.Version = Math.Max(_version + 1, Now * 1000);
        _records[r.Key] = r;
        Published?.Invoke();
        return BackplaneAnswer.Accepted;
    }
}
