using Http.CircuitBreaker.Circuits;
using Http.CircuitBreaker.Configuration;

namespace Http.CircuitBreaker.Registry;

internal sealed class BackplaneReceiver(CircuitRegistry registry, ClientRegistrations registrations) : ICircuitBackplaneReceiver
{
    public bool Covers(string client) => registrations.Covers(client);

    public bool Open(CircuitKey key, int epoch, RemoteOpening opening) =>
        opening.Remaining > TimeSpan.Zero
        && FindClient(key)?.TryApplyOrAdd(key, (circuit, now) => Open(circuit, epoch, now, opening)) == true;

    public bool Close(CircuitKey key, int epoch) =>
        FindClient(key)?.Find(key) is { } circuit && circuit.TryCloseRemotely(epoch, registry.Clock.Now);

    public bool Isolate(CircuitKey key, TimeSpan? duration, string? reason) =>
        CircuitRegistry.IsIsolation(duration)
        && FindClient(key)?.TryIsolate(key, duration, reason, CircuitTransitionReason.Remote) == true;

    public bool Reset(CircuitKey key) => FindClient(key)?.TryReset(key, CircuitTransitionReason.Remote) == true;

    private static bool Open(Circuit circuit, int epoch, long now, RemoteOpening opening)
    {
        // This instance's own settings cap the break, in case the reported length is wrong or forged.
        var transition = new Transition(CircuitState.Open, CircuitTransitionReason.Remote, now)
        {
            FailureReason = opening.FailureReason,
            Duration = (long)Math.Min(opening.Remaining.TotalMilliseconds, BreakRule.LongestBreak(circuit.Settings)),
            Instances = opening.Instances,
        };
        return circuit.Settings.Mode != CircuitBreakerMode.Disabled && circuit.TryOpenRemotely(epoch, transition);
    }

    // With ConfigureHttpClientDefaults, a client can have any name. Accept only clients that this instance has registered by name or used,
    // so that messages from other instances cannot create clients with arbitrary names.
    private ClientCircuits? FindClient(CircuitKey key) =>
        registrations.Named.ContainsKey(key.Client) || registry.Clients.Any(client => client.Name == key.Client)
            ? registry.Client(key.Client)
            : null;
}
