using Http.CircuitBreaker.Counting;

namespace Http.CircuitBreaker.Circuits;

/// <summary>Receives the state changes of each circuit in order. The methods are called without holding the circuit's lock.</summary>
internal interface ICircuitEvents
{
    /// <summary>Reports a state change to telemetry and queues it for the listeners.</summary>
    void OnStateChange(Circuit circuit, CircuitStateChange change);

    /// <summary>Delivers queued changes to the listeners, which are user code.</summary>
    void Deliver();
}

/// <summary>The services shared by all circuits of a client. <paramref name="Leases"/> coordinates probes with other instances.</summary>
internal sealed record CircuitContext(MonotonicClock Clock, Func<double> Random, ICircuitEvents Events, IProbeLeases? Leases = null)
{
    /// <summary>
    /// Requests a lease for a probe. Leases limit the total number of probes across all instances. Returns whether the probe may be sent.
    /// The token is null if no lease is needed.
    /// </summary>
    public bool TryLeaseProbe(CircuitKey key, CircuitSettings settings, TimeSpan timeout, out string? token)
    {
        token = null;
        if (Leases is null)
        {
            return true;
        }

        var failuresToOpen = BreakRule.FailuresToReopen(settings.HalfOpenProbes, settings.FailureRatio);
        return Leases.TryLease(new ProbeRequest(key, settings.HalfOpenProbes, failuresToOpen, timeout), out token);
    }

    /// <summary>Ends a probe's lease, unless the probe's response body is still being read.</summary>
    public void EndLease(Circuit circuit, string? token, in CallResult result, long now)
    {
        if (token is not null && !result.IsBodyPending)
        {
            var breakDuration = circuit.Phase is OpenPhase { Until: { } until }
                ? Math.Max(0, until - now)
                : BreakRule.BreakDuration(circuit.Settings, circuit.ConsecutiveOpenings + 1, result.RetryAfter, Random());
            Leases!.Settle(circuit.Key, token, result.Outcome, TimeSpan.FromMilliseconds(breakDuration));
        }
    }
}

/// <summary>User delegates and settings whose errors are logged only once per circuit.</summary>
[Flags]
internal enum UserCallback
{
    None = 0,
    Classify = 1,
    CreateRejection = 2,
    ProbePath = 4,
}
