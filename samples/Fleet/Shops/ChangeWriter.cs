using Http.CircuitBreaker;

namespace Fleet.Shops;

/// <summary>Tells each change of the circuit in one line.</summary>
internal sealed class Narrator : ICircuitObserver
{
    public void OnStateChange(CircuitStateChange change)
    {
        var source = change.Reason switch
        {
            CircuitTransitionReason.Remote when change.RemoteInstances > 0 => $"by the fleet's verdict, {change.RemoteInstances} reported",
            CircuitTransitionReason.Remote => "by the fleet's verdict",
            CircuitTransitionReason.BreakElapsed => "the break is over, this instance probes",
            _ when change.Total > 0 && change.Failed == 0 => $"{change.Reason}: {change.Total} of {change.Total} calls of its own succeeded",
            _ when change.Total > 0 => $"{change.Reason}: {change.Failed} of {change.Total} calls of its own failed ({change.FailureReason})",
            _ => change.Reason.ToString(),
        };
        Console.WriteLine($"change {change.State} {change.PreviousState} -> {change.State}: {source}");
    }
}
