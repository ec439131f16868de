using Http.CircuitBreaker.Redis.Protocol;

namespace Http.CircuitBreaker.Redis.Tests.Model;

/// <summary>What the model server stores for a circuit.</summary>
internal sealed class ModelRecord
{
    public ModelRecord(CircuitKey key) => Key = key;

    public ModelRecord(BackplaneRecord record)
    {
        (Key, State, Version, At, Until) = (record.Key, record.State, record.Version, record.At, record.Until);
        (Instances, FailureReason) = (record.Instances, record.FailureReason);
        (IsolationReason, IsReset) = (record.IsolationReason, record.IsReset);
    }

    private ModelRecord(ModelRecord other)
    {
        (Key, State, Version, At, Until) = (other.Key, other.State, other.Version, other.At, other.Until);
        (Instances, FailureReason) = (other.Instances, other.FailureReason);
        (IsolationReason, IsReset) = (other.IsolationReason, other.IsReset);
        (Probes, FailuresToOpen, Succeeded, Failed) = (other.Probes, other.FailuresToOpen, other.Succeeded, other.Failed);
        (Leases, Votes) = (new(other.Leases), new(other.Votes));
    }

    public CircuitKey Key { get; }

    public BackplaneState? State { get; set; }

    public long Version { get; set; }

    public long At { get; set; }

    public long Until { get; set; }

    public int Instances { get; set; }

    public string? FailureReason { get; set; }

    public string? IsolationReason { get; set; }

    public bool IsReset { get; set; }

    public int Probes { get; set; }

    public int FailuresToOpen { get; set; }

    public int Succeeded { get; set; }

    public int Failed { get; set; }

    public int Completed => Succeeded + Failed;

    public Dictionary<string, long> Leases { get; } = [];

    public Dictionary<string, (long Since, long Until)> Votes { get; } = [];

    public bool IsIsolated(long now) => State == BackplaneState.Isolated && (Until == 0 || Until > now);

    public void Close(long at)
    {
        (State, At, Until, Instances, IsReset, IsolationReason) = (BackplaneState.Closed, at, 0, 0, false, null);
        foreach (var (instance, _) in Votes.Where(vote => vote.Value.Since <= at).ToList())
        {
            Votes.Remove(instance);
        }

        EndRound();
    }

    public void EndRound()
    {
        Leases.Clear();
        (Probes, FailuresToOpen, Succeeded, Failed) = (0, 0, 0, 0);
    }

    public void RemoveExpired(long now)
    {
        foreach (var (token, _) in Leases.Where(lease => lease.Value <= now).ToList())
        {
            Leases.Remove(token);
        }

        foreach (var (instance, _) in Votes.Where(vote => vote.Value.Until <= now).ToList())
        {
            Votes.Remove(instance);
        }
    }

    public ModelRecord Clone() => new(this);

    public BackplaneRecord? Snapshot() => State is { } state
        ? new(Key, Version, state, At, Until, Instances, FailureReason, IsolationReason, IsReset)
        : null;
}
