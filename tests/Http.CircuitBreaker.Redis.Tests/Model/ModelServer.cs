using Http.CircuitBreaker.Redis.Protocol;

namespace Http.CircuitBreaker.Redis.Tests.Model;

/// <summary>The scripts in C#, with a clock that the test controls. <see cref="ModelServerTests"/> compares it with the scripts.</summary>
internal sealed class ModelServer(Func<long> time, double quorum, Random random)
{
    private readonly Dictionary<CircuitKey, ModelRecord> _records = [];
    private readonly Dictionary<string, long> _instances = [];

    // With the versions by which the index lists them.
    private readonly Dictionary<CircuitKey, (long Version, BackplaneRecord Record)> _forgeries = [];
    private long _version;

    public event Action? Published;

    public string Generation { get; private set; } = "1";

    public int Commands { get; private set; }

    public IReadOnlyDictionary<CircuitKey, ModelRecord> Records => _records;

    private long Now => time();

    public void LoseData()
    {
        _records.Clear();
        _forgeries.Clear();
        _instances.Clear();
        (Generation, _version) = ($"{Generation}1", Now * 1000);
    }

    /// <summary>Loses all records, but not the generation.</summary>
    public void LoseRecords() => _records.Clear();

    /// <summary>Overwrites a record without the scripts. They treat an implausible record as absent, but polls return it.</summary>
    public void Forge(BackplaneRecord forged)
    {
        _version = Math.Max(_version + 1, Now * 1000);
        _records.Remove(forged.Key);
        if (forged.IsPlausible(Now))
        {
            _records.Add(forged.Key, new ModelRecord(forged));
        }

        _forgeries[forged.Key] = (_version, forged);
        Published?.Invoke();
    }

    public void Remove(CircuitKey key) => _records.Remove(key);

    /// <summary>Restores an older copy of the data.</summary>
    public void Restore(ModelBackup backup)
    {
        _records.Clear();
        _forgeries.Clear();
        foreach (var record in backup.Records)
        {
            _records.Add(record.Key, record);
        }

        (_version, Generation) = (backup.Version, backup.Generation);
    }

    public ModelBackup BackUp() => new(Generation, _version, [.. _records.Values.Select(record => record.Clone())]);

    public PollReply Poll(string instance, long aliveDuration, long version)
    {
        Commands++;
        DetectLoss(version);
        _instances[instance] = Now + aliveDuration;
        List<BackplaneRecord> changed =
        [
            .. _records.Values.Select(record => record.Snapshot()).OfType<BackplaneRecord>().Where(record => record.Version > version),
            .. _forgeries.Values.Where(forgery => forgery.Version > version).Select(forgery => forgery.Record),
        ];
        return new PollReply(Generation, Now, LiveInstances(), _version, HasMore: false, [.. changed.OrderBy(_ => random.Next())]);
    }

    public CommandReply Execute(BackplaneCommand command, string instance, long version)
    {
        Commands++;
        DetectLoss(version);
        if (!_records.TryGetValue(command.Key, out var record))
        {
            record = new ModelRecord(command.Key);
        }

        record.RemoveExpired(Now);

        var (answer, until) = command switch
        {
            ReportCommand report => (Report(record, report, instance), 0),
            LeaseCommand lease => Lease(record, lease),
            SettleCommand settle => (Settle(record, settle), 0),
            _ => throw new InvalidOperationException("Unknown command."),
        };
        return new CommandReply(answer, Generation, Now, until, record.Snapshot());
    }

    // The data is older than what an instance has seen.
    private void DetectLoss(long version)
    {
        if (version > _version)
        {
            (Generation, _version) = ($"{Generation}1", Now * 1000);
        }
    }

    private int LiveInstances() => _instances.Count(instance => instance.Value > Now);

    private CommandAnswer Report(ModelRecord r, ReportCommand report, string instance)
    {
        switch (report.Kind)
        {
            case ReportKind.Isolated or ReportKind.Reset:
                if ((r.State == BackplaneState.Isolated || r.IsReset) && r.At >= report.Since)
                {
                    return CommandAnswer.Stale;
                }

                r.Close(report.Since);
                if (report.Kind == ReportKind.Reset)
                {
                    r.IsReset = true;
                }
                else
                {
                    (r.State, r.Until, r.IsolationReason) = (BackplaneState.Isolated, report.Until, report.IsolationReason);
                }

                return Publish(r);
            case var _ when r.IsIsolated(Now):
                return CommandAnswer.Stale;
            case ReportKind.Closed:
                if (r.State == BackplaneState.Open ? r.At > report.Since : r.Votes.Count == 0)
                {
                    return CommandAnswer.Stale;
                }

                r.Close(report.Since);
                return Publish(r);
            default:
                return Vote(r, report, instance);
        }
    }

    private CommandAnswer Vote(ModelRecord r, ReportCommand report, string instance)
    {
        if (report.Until <= Now
            || (r.State == BackplaneState.Closed && r.At >= report.Since)
            || (r.Votes.TryGetValue(instance, out var before) && before.Since >= report.Since))
        {
            return CommandAnswer.Stale;
        }

        r.Votes[instance] = (report.Since, report.Until);
        _records[r.Key] = r;
        if (r.State == BackplaneState.Open && r.Until > Now)
        {
            return CommandAnswer.Accepted;
        }

        var votes = r.Votes.Values.Where(vote => vote.Until > Now).ToList();
        var alive = Math.Max(Math.Max(LiveInstances(), votes.Count), report.MinInstances);
        var needed = quorum >= 1 ? Math.Min(quorum, alive) : Math.Max(2, Math.Ceiling(quorum * alive));
        needed = alive <= 1 || report.IsCertain ? 1 : needed;
        if (votes.Count < needed)
        {
            return CommandAnswer.Accepted;
        }

        (r.State, r.At, r.Until) = (BackplaneState.Open, Now, votes.Min(vote => vote.Until));
        (r.Instances, r.FailureReason, r.IsReset) = (votes.Count, report.FailureReason, false);
        r.EndRound();
        return Publish(r);
    }

    private (CommandAnswer Answer, long DeniedUntil) Lease(ModelRecord r, LeaseCommand lease)
    {
        if (r.IsIsolated(Now))
        {
            return (CommandAnswer.Denied, r.Until > 0 ? r.Until : Now + 1000);
        }

        if (r.State != BackplaneState.Open)
        {
            return (CommandAnswer.Stale, 0);
        }

        if (r.Until > Now && r.Version > lease.SeenVersion)
        {
            return (CommandAnswer.Denied, r.Until);
        }

        if (r.Leases.ContainsKey(lease.Token))
        {
            return (CommandAnswer.Accepted, 0);
        }

        if (r.Leases.Count == 0 && r.Completed >= r.Probes)
        {
            (r.Probes, r.FailuresToOpen, r.Succeeded, r.Failed) = (lease.Probes, lease.FailuresToOpen, 0, 0);
        }

        if (r.Completed + r.Leases.Count >= r.Probes)
        {
            return (CommandAnswer.Denied, r.Leases.Values.Min());
        }

        r.Leases[lease.Token] = Now + lease.Duration;
        return (CommandAnswer.Accepted, 0);
    }

    private CommandAnswer Settle(ModelRecord r, SettleCommand settle)
    {
        var wasFull = r.Completed + r.Leases.Count >= r.Probes;
        if (!r.Leases.Remove(settle.Token))
        {
            return CommandAnswer.Stale;
        }

        if (settle.Outcome == CircuitOutcome.Failure && ++r.Failed >= r.FailuresToOpen)
        {
            (r.At, r.Until, r.FailureReason) = (Now, Now + settle.BreakDuration, settle.FailureReason);
            r.EndRound();
            return Publish(r);
        }

        if (settle.Outcome == CircuitOutcome.Success && ++r.Succeeded > r.Probes - r.FailuresToOpen)
        {
            r.Close(Now);
            return Publish(r);
        }

        return settle.Outcome == CircuitOutcome.Ignored && wasFull ? Publish(r) : CommandAnswer.Accepted;
    }

    private CommandAnswer Publish(ModelRecord r)
    {
        _version = r.Version = Math.Max(Math.Max(_version, r.Version) + 1, Now * 1000);
        _records[r.Key] = r;
        _forgeries.Remove(r.Key);
        Published?.Invoke();
        return CommandAnswer.Accepted;
    }
}

/// <summary>A copy of a server's data.</summary>
internal sealed record ModelBackup(string Generation, long Version, IReadOnlyList<ModelRecord> Records);
