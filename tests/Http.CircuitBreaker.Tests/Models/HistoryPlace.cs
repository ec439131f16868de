using System.Collections.Immutable;

namespace Http.CircuitBreaker.Tests.Models;

/// <summary>One node of the search: the state of the model and the progress of each operation.</summary>
internal sealed record HistoryPlace(CircuitModel Model, ImmutableArray<byte> Progress, ImmutableDictionary<int, (int Epoch, int Probe)> Calls)
{
    public const byte Done = 9;

    public bool IsDone => Progress.All(progress => progress == Done);

    public override string ToString() => $"{string.Join("", Progress)} {string.Join("", Calls.OrderBy(call => call.Key))} {Model}";

    /// <summary>The nodes that the next step of an operation can reach. None if the model and the circuit gave different results.</summary>
    public IEnumerable<HistoryPlace> After(HistoryStep step, int index)
    {
        var model = Model.Clone();
        switch (step.Verb)
        {
            case HistoryVerb.Start:
                return Start(step, index);
            case HistoryVerb.End:
                return [End(model, step, index)];
            case HistoryVerb.Isolate:
                model.Isolate(step.Now, step.Duration);
                break;
            case HistoryVerb.Reset:
                model.Reset(step.Now);
                break;
            default:
                model.Apply(step.Settings!);
                break;
        }

        return [At(model, index, Done)];
    }

    private IEnumerable<HistoryPlace> Start(HistoryStep step, int index)
    {
        var model = Model.Clone();
        if (Progress[index] == 2)
        {
            model.ApplyDecision();
            yield return At(model, index, 1);
            yield break;
        }

        var answer = model.TryAdmit(step.Now);
        if ((answer?.Epoch, answer is { Probe: > 0 }) == (step.Admitted?.Epoch, step.Admitted is { IsProbe: true }))
        {
            yield return At(model, index, Done) with { Calls = answer is { } call ? Calls.SetItem(step.Call, call) : Calls };
        }

        // A call that finds an expired lease or break first changes the phase and then asks the new phase.
        if (Model.IsLeaseDue(step.Now))
        {
            model = Model.Clone();
            model.ExpireProbes(step.Now);
            yield return At(model, index, model.IsDecided ? (byte)2 : (byte)1);
        }
        else if (Model.IsBreakOver(step.Now))
        {
            model = Model.Clone();
            model.HalfOpen(step.Now);
            yield return At(model, index, 1);
        }
    }

    // A result takes several steps, because a closed circuit takes no lock.
    private HistoryPlace End(CircuitModel model, HistoryStep step, int index)
    {
        var call = Calls[step.Call];
        switch (Progress[index])
        {
            case 0 when model.IsLate(call):
                return At(model, index, Done);
            case 0:
                return At(model, index, 1);
            case 1:
                var wasDecided = model.IsDecided;
                model.Count(call, step.Outcome, step.Now);
                return At(model, index, model.IsDecided && !wasDecided ? (byte)4
                    : call.Probe > 0 || step.Outcome == CircuitOutcome.Ignored ? Done
                    : (byte)2);
            case 2 when step.Outcome == CircuitOutcome.Success:
                model.ClearConsecutiveFailures(call);
                return At(model, index, Done);
            case 2:
                return At(model, index, model.Decide(call, step.Now) ? (byte)3 : Done);
            case 4:
                model.ApplyDecision();
                return At(model, index, Done);
            default:
                model.OpenBy(call, step.Now);
                return At(model, index, Done);
        }
    }

    private HistoryPlace At(CircuitModel model, int index, byte progress) =>
        this with { Model = model, Progress = Progress.SetItem(index, progress) };
}
