namespace Http.CircuitBreaker.Circuits;

/// <summary>
/// State changes requested by a user or by another application instance. Each method returns whether the circuit changed.
/// </summary>
internal static class CircuitControl
{
    public static bool TryIsolate(
        this Circuit circuit,
        long now,
        long? duration,
        string? isolationReason,
        CircuitTransitionReason reason = CircuitTransitionReason.Isolated) =>
        TryChange(circuit, phase => phase is EvictedPhase
            ? null
            : new Transition(CircuitState.Isolated, reason, now) { Duration = duration, IsolationReason = isolationReason });

    public static bool TryReset(this Circuit circuit, long now, CircuitTransitionReason reason = CircuitTransitionReason.Reset) =>
        TryChange(circuit, phase => phase is EvictedPhase ? null : new Transition(CircuitState.Closed, reason, now) { IsReset = true });

    /// <summary>
    /// Opens the circuit because other instances opened theirs. If it is still open after the end of its break, the break is extended.
    /// A circuit whose <see cref="Phase.Epoch"/> differs from <paramref name="epoch"/> does not change.
    /// </summary>
    public static bool TryOpenRemotely(this Circuit circuit, int epoch, Transition opening) => TryChange(circuit, phase =>
        phase.Epoch == epoch && phase switch
        {
            OpenPhase open => opening.At - open.Until!.Value >= 0,
            ClosedPhase or HalfOpenPhase or SlowStartPhase => true,
            _ => false,
        }
            ? opening
            : null);

    /// <summary>
    /// Closes the circuit because another instance closed its circuit. A circuit that is in slow start, or whose
    /// <see cref="Phase.Epoch"/> differs from <paramref name="epoch"/>, does not change.
    /// </summary>
    public static bool TryCloseRemotely(this Circuit circuit, int epoch, long now) => TryChange(circuit, phase =>
        phase.Epoch == epoch && phase is OpenPhase or HalfOpenPhase
            ? new Transition(CircuitState.Closed, CircuitTransitionReason.Remote, now)
            : null);

    private static bool TryChange(Circuit circuit, Func<Phase, Transition?> decide)
    {
        while (true)
        {
            var phase = circuit.Phase;
            if (decide(phase) is not { } transition)
            {
                return false;
            }

            var now = transition.At;
            if (circuit.Apply(phase, transition, ref now))
            {
                return true;
            }
        }
    }
}
