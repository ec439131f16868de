namespace Http.CircuitBreaker.Circuits;

internal static class CircuitProbes
{
    /// <summary>Admits a background probe if one is due.</summary>
    public static bool TryAdmitProbe(this Circuit circuit, long now, out Permit permit)
    {
        permit = default;
        Admission answer;
        do
        {
            answer = circuit.Phase is { AdmittedShare: 0 } phase
                ? circuit.TryAdmit(phase, ref now, circuit.Settings, mayProbe: true, isUntimed: false, out permit)
                : Admission.Rejected;
        }
        while (answer == Admission.Superseded);

        return answer == Admission.Admitted;
    }

    /// <summary>
    /// Tries to admit a call as a probe: requests a lease (without holding a lock), makes the circuit half-open if necessary, and takes a
    /// probe slot.
    /// </summary>
    public static Admission TryProbe(
        this Circuit circuit, Phase phase, ref long now, CircuitSettings settings, bool isUntimed, out Permit permit)
    {
        permit = default;
        var timeout = BreakRule.ProbeHeadersTimeout(settings, circuit.Counters, isUntimed)
            + BreakRule.BodySlotTimeout(settings, circuit.Counters);
        if (!circuit.Context.TryLeaseProbe(circuit.Key, settings, TimeSpan.FromMilliseconds(timeout), out var token))
        {
            (phase as RejectingPhase)?.OnProbeDenied(now);
            return Admission.Rejected;
        }

        if (phase is not HalfOpenPhase)
        {
            circuit.Apply(phase, new Transition(CircuitState.HalfOpen, CircuitTransitionReason.BreakElapsed, now), ref now);
        }

        if ((circuit.Phase as HalfOpenPhase)?.TryTakeSlot(now, settings, isUntimed, token, out var probe) is true)
        {
            permit = circuit.Admit(probe, now, isUntimed);
            return Admission.Admitted;
        }

        circuit.Context.EndLease(circuit, token, CallResult.Ignored, now);
        return Admission.Superseded;
    }
}
