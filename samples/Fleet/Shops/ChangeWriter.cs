using Http.CircuitBreaker;

namespace Fleet.Shops;

/// <summary>Writes each state change of the circuit on one line.</summary>
internal sealed class ChangeWriter : ICircuitObserver
{
    public void OnStateChange(CircuitStateChange change)
    {
        var cause = change.Reason switch
        {
            CircuitTransitionReason.Remote when change.RemoteInstances > 0 => $"remote, reports: {change.RemoteInstances}",
            CircuitTransitionReason.Remote => "remote",
            CircuitTransitionReason.BreakElapsed => "the break is over, this instance sends a probe",
            _ when change.Total > 0 && change.Failed == 0 => $"{change.Reason}: {change.Total} of {change.Total} own calls succeeded",
            _ when change.Total > 0 => $"{change.Reason}: {change.Failed} of {change.Total} own calls failed ({change.FailureReason})",
            _ => change.Reason.ToString(),
        };
        Console.WriteLine($"change {change.State} {change.PreviousState} -> {change.State}: {cause}");
    }
}
