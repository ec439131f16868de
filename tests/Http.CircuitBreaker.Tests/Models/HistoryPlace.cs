using System.Collections.Immutable;
using Http.CircuitBreaker.Circuits;

namespace Http.CircuitBreaker.Tests.Models;

/// <summary>How far an operation has got. An operation without a step of its own goes from the first value to the last.</summary>
internal enum HistoryProgress : byte
{
    None,
    PhaseChanged,
    LeaseExpired,
    NotLate,
    SettingsRead,
    Counted,
    RunRead,
    FailuresRead,
    Opens,
    Decided,
    SnapshotTaken,
    Done,
}

/// <summary>A call, and what the end of the call has read so far.</summary>
internal readonly record struct HistoryCall(int Epoch, int Probe, CircuitSettings? Settings = null, int Run = 0, long Failed = 0)
{
    public (int Epoch, int Probe) Id => (Epoch, Probe);

    public override string ToString() => $"{Epoch}.{Probe}.{Settings?.GetHashCode()}.{Run}.{Failed}";
}

/// <summary>One node of the search: the state of the model and the progress of each operation.</summary>
internal sealed record HistoryPlace(CircuitModel Model, ImmutableArray<HistoryProgress> Progress, ImmutableDictionary<int, HistoryCall> Calls)
{
    public bool IsDone => Progress.All(progress => progress == HistoryProgress.Done);

    public override string ToString() =>
        $"{string.Concat(Progress.Select(progress => (char)('a' + (byte)progress)))} {string.Join("", Calls.OrderBy(call => call.Key))} {Model}";

    /// <summary>The nodes that the next step of an operation can reach. None if the model and the circuit gave different results.</summary>
    public IEnumerable<HistoryPlace> After(HistoryStep step, int index)
    {
        var model = Model.Clone();
        switch (step.Verb)
        {
            case HistoryVerb.Start:
                return Start(step, index);
            case HistoryVerb.End:
                return End(step, index);
            case HistoryVerb.Reset:
                return Close(index, model => model.Reset(step.Now));
            case HistoryVerb.Isolate:
                model.Isolate(step.Now, step.Duration);
                break;
            default:
                model.Apply(step.Settings!);
                break;
        }

        return [At(model, index, HistoryProgress.Done)];
    }

    private IEnumerable<HistoryPlace> Start(HistoryStep step, int index)
    {
        var model = Model.Clone();
        if (Progress[index] == HistoryProgress.LeaseExpired)
        {
            model.ApplyDecision();
            yield return At(model, index, HistoryProgress.PhaseChanged);
            yield break;
        }

        var answer = model.TryAdmit(step.Now);
        if ((answer?.Epoch, answer is { Probe: > 0 }) == (step.Admitted?.Epoch, step.Admitted is { IsProbe: true }))
        {
            yield return At(model, index, HistoryProgress.Done) with
            {
                Calls = answer is { } call ? Calls.SetItem(step.Call, new HistoryCall(call.Epoch, call.Probe)) : Calls,
            };
        }

        // A call that finds an expired lease or break first changes the phase and then asks the new phase.
        if (Model.IsLeaseDue(step.Now))
        {
            model = Model.Clone();
            model.ExpireProbes(step.Now);
            yield return At(model, index, model.IsDecided ? HistoryProgress.LeaseExpired : HistoryProgress.PhaseChanged);
        }
        else if (Model.IsBreakOver(step.Now))
        {
            model = Model.Clone();
            model.HalfOpen(step.Now);
            yield return At(model, index, HistoryProgress.PhaseChanged);
        }
    }

    // A result takes several steps, because a closed circuit takes no lock.
    private IEnumerable<HistoryPlace> End(HistoryStep step, int index)
    {
        var model = Model.Clone();
        var call = Calls[step.Call];
        var isProbe = call.Probe > 0;
        switch (Progress[index])
        {
            case HistoryProgress.None when model.IsLate(call.Id):
                return [At(model, index, HistoryProgress.Done)];
            case HistoryProgress.None:
                return [At(model, index, HistoryProgress.NotLate)];
            case HistoryProgress.NotLate when step.Outcome == CircuitOutcome.Failure && !isProbe:
                return [At(model, index, HistoryProgress.SettingsRead, step, call with { Settings = model.Settings })];
            case HistoryProgress.NotLate or HistoryProgress.SettingsRead:
                var wasDecided = model.IsDecided;
                model.Count(call.Id, step.Outcome, step.Now);
                return [At(model, index, model.IsDecided && !wasDecided ? HistoryProgress.Decided
                    : isProbe || step.Outcome == CircuitOutcome.Ignored ? HistoryProgress.Done
                    : HistoryProgress.Counted)];
            case HistoryProgress.Counted when step.Outcome == CircuitOutcome.Success:
                model.ClearConsecutiveFailures(call.Id);
                return [At(model, index, HistoryProgress.Done)];
            case HistoryProgress.Counted:
                return [model.AddConsecutiveFailure(call.Id) is { } run
                    ? At(model, index, HistoryProgress.RunRead, step, call with { Run = run })
                    : At(model, index, HistoryProgress.Done)];
            case HistoryProgress.RunRead:
                return [At(model, index, HistoryProgress.FailuresRead, step, call with { Failed = model.Window(step.Now).Failed })];
            case HistoryProgress.FailuresRead:
                return [At(model, index, model.Opens(call.Settings!, call.Run, call.Failed, step.Now) ? HistoryProgress.Opens : HistoryProgress.Done)];
            case HistoryProgress.Opens:
                model.OpenBy(call.Id, step.Now);
                return [At(model, index, HistoryProgress.Done)];
            default:
                return Close(index, model => model.ApplyDecision());
        }
    }

    // The counters of a new closed phase start before other threads see the phase.
    private IEnumerable<HistoryPlace> Close(int index, Action<CircuitModel> change)
    {
        var model = Model.Clone();
        change(model);
        yield return At(model, index, HistoryProgress.Done);
        if (Progress[index] != HistoryProgress.SnapshotTaken && model.State == CircuitState.Closed)
        {
            model = Model.Clone();
            model.TakeSnapshot();
            yield return At(model, index, HistoryProgress.SnapshotTaken);
        }
    }

    private HistoryPlace At(CircuitModel model, int index, HistoryProgress progress) =>
        this with { Model = model, Progress = Progress.SetItem(index, progress) };

    private HistoryPlace At(CircuitModel model, int index, HistoryProgress progress, HistoryStep step, HistoryCall call) =>
        At(model, index, progress) with { Calls = Calls.SetItem(step.Call, call) };
}
