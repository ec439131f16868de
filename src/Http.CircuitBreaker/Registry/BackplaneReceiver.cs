using Http.CircuitBreaker.Circuits;
using Http.CircuitBreaker.Configuration;

namespace Http.CircuitBreaker.Registry;

/// <summary>The registry as the rest of a fleet sees it.</summary>
internal sealed class BackplaneReceiver(CircuitRegistry registry, IClientSettingsSource source) : ICircuitBackplaneReceiver
{
    public bool Open(CircuitKey key, int epoch, RemoteOpening verdict) =>
        verdict.Remaining > TimeSpan.Zero && ClientOf(key)?.TryApplyOrAdd(key, (circuit, now) => Open(circuit, epoch, now, verdict)) == true;

    public bool Close(CircuitKey key, int epoch) =>
        ClientOf(key)?.TryApply(key, (circuit, now) => circuit.TryCloseRemotely(epoch, now)) == true;

    public bool Suspect(CircuitKey key, RemoteOpening suspicion) => ClientOf(key)?.TryApply(key, (circuit, now) => Suspect(circuit, now, suspicion)) == true;

    public bool Isolate(CircuitKey key, TimeSpan? duration, string? reason) =>
        CircuitRegistry.IsIsolation(duration)
        && ClientOf(key)?.TryApplyOrAdd(
            key, (circuit, now) => circuit.TryIsolate(now, (long?)duration?.TotalMilliseconds, reason, CircuitTransitionReason.Remote)) == true;

    public bool Reset(CircuitKey key) =>
        ClientOf(key)?.TryApply(key, (circuit, now) => circuit.TryReset(now, CircuitTransitionReason.Remote)) == true;

    private static bool Open(Circuit circuit, int epoch, long now, RemoteOpening verdict)
    {
        var duration = DurationOf(verdict, circuit);
        var reason = CircuitTransitionReason.Remote;
        return circuit.Settings.Mode != CircuitBreakerMode.Disabled
            && circuit.TryOpenRemotely(epoch, now, new Opening(reason, now, verdict.FailureReason, Duration: duration, RemoteInstances: verdict.Instances));
    }

    private static bool Suspect(Circuit circuit, long now, RemoteOpening suspicion)
    {
        var duration = DurationOf(suspicion, circuit);
        circuit.Suspect(duration > 0 ? new Suspicion(now + duration, suspicion.Instances) : null);
        return true;
    }

    // A message may be wrong, or a fraud: what it can do is bounded by the settings here.
    private static long DurationOf(RemoteOpening verdict, Circuit circuit) =>
        (long)Math.Min(verdict.Remaining.TotalMilliseconds, BreakRule.Longest(circuit.Settings));

    private ClientCircuits? ClientOf(CircuitKey key) => source.Covers(key.Client) ? registry.Client(key.Client) : null;
}
