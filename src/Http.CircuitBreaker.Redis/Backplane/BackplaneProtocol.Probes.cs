using Http.CircuitBreaker.Redis.Protocol;

namespace Http.CircuitBreaker.Redis.Backplane;

// Who may probe.
internal sealed partial class BackplaneProtocol
{
    public bool TryLease(in ProbeRequest request, out string? token)
    {
        token = null;
        if (!leasesProbes || !ports.IsConnected)
        {
            return true;
        }

        var circuit = CircuitOf(request.Key);

        // The fleet's probes may have failed while the break here was still running.
        if (Follow(circuit))
        {
            return false;
        }

        var step = circuit.NextLease(ports.Now, in request, _clock, out var ask, out var lease);
        if (ask is not null && !ports.TrySend(() => ask))
        {
            circuit.LeaseFailed(ask.Token);
        }

        if (step == LeaseStep.ProbeLeased)
        {
            var hold = new HoldCommand(request.Key, lease!, (long)request.Timeout.TotalMilliseconds);
            ports.TrySend(() => hold);
            token = lease;
        }

        return step is LeaseStep.ProbeLeased or LeaseStep.ProbeAlone;
    }

    public void Settle(CircuitKey key, string token, CircuitOutcome outcome, TimeSpan breakDuration)
    {
        var command = new SettleCommand(key, token, outcome, (long)breakDuration.TotalMilliseconds, ports.Find(key)?.LastFailureReason);
        ports.TrySend(() => command);
    }

    private void GiveBack(SharedCircuit circuit, string? unused)
    {
        if (unused is not null)
        {
            Settle(circuit.Key, unused, CircuitOutcome.Ignored, TimeSpan.Zero);
        }
    }
}
