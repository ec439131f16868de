using Http.CircuitBreaker.Circuits;
using Http.CircuitBreaker.Configuration;

namespace Http.CircuitBreaker.Registry;

/// <summary>Applies the decisions of other instances to the circuits of this one.</summary>
internal sealed class BackplaneReceiver(CircuitRegistry registry, IClientSettingsSource source) : ICircuitBackplaneReceiver
{
    public bool Open(CircuitKey key, int epoch, RemoteOpening opening) =>
        opening.Remaining > TimeSpan.Zero
        && FindClient(key)?.TryApplyOrAdd(key, (circuit, now) => Open(circuit, epoch, now, opening)) == true;

    public bool Close(CircuitKey key, int epoch) => TryApply(key, (circuit, now) => circuit.TryCloseRemotely(epoch, now));

    public bool Isolate(CircuitKey key, TimeSpan? duration, string? reason) =>
        CircuitRegistry.IsIsolation(duration)
        && FindClient(key)?.TryApplyOrAdd(
            key,
            (circuit, now) => circuit.TryIsolate(now, (long?)duration?.TotalMilliseconds, reason, CircuitTransitionReason.Remote)) == true;

    public bool Reset(CircuitKey key) => TryApply(key, (circuit, now) => circuit.TryReset(now, CircuitTransitionReason.Remote));

    private bool TryApply(CircuitKey key, Func<Circuit, long, bool> apply) =>
        FindClient(key)?.Find(key) is { } circuit && apply(circuit, registry.Clock.Now);

    // The settings of this instance limit the break, in case the record is wrong or forged.
    private static bool Open(Circuit circuit, int epoch, long now, RemoteOpening opening)
    {
        var transition = new Transition(CircuitState.Open, CircuitTransitionReason.Remote, now)
        {
            FailureReason = opening.FailureReason,
            Duration = (long)Math.Min(opening.Remaining.TotalMilliseconds, BreakRule.LongestBreak(circuit.Settings)),
            Instances = opening.Instances,
        };
        return circuit.Settings.Mode != CircuitBreakerMode.Disabled && circuit.TryOpenRemotely(epoch, transition);
    }

    private ClientCircuits? FindClient(CircuitKey key) => source.Covers(key.Client) ? registry.Client(key.Client) : null;
}
