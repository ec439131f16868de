using System.Collections.Concurrent;
using Http.CircuitBreaker.Circuits;
using Http.CircuitBreaker.Configuration;
using Http.CircuitBreaker.Counting;

namespace Http.CircuitBreaker.Registry;

/// <summary>Holds the circuits of all clients. The registry outlives the handlers, which the client factory recreates regularly.</summary>
internal sealed class CircuitRegistry(
    IClientSettingsSource source, TimeProvider timeProvider, IRegistryEvents events, Func<IEnumerable<ICircuitObserver>> observers)
    : ICircuitRegistry
{
    private readonly ConcurrentDictionary<string, ClientCircuits> _clients = new();
    private int _reloads;
    private int _requests;

    public MonotonicClock Clock { get; } = new(timeProvider);

    public IRegistryEvents Events => events;

    public CircuitObservers Observers { get; } = new(observers, events);

    /// <summary>Limits the total number of probes across all instances; null if circuits are not shared.</summary>
    public IProbeLeases? Leases { get; init; }

    /// <summary>Returns a random number, at least 0 and below 1, for the break jitter.</summary>
    public Func<double> Random { get; init; } = System.Random.Shared.NextDouble;

    public IEnumerable<ClientCircuits> Clients => _clients.Select(pair => pair.Value);

    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">The client's settings are invalid.</exception>
    public ClientCircuits Client(string name) =>
        _clients.TryGetValue(name, out var client) ? client : Add(name);

    /// <summary>Whether an isolation may have this duration. Null means that the isolation lasts until the circuit is reset.</summary>
    public static bool IsIsolation(TimeSpan? duration) =>
        duration is null || (duration > TimeSpan.Zero && duration <= TimeSpan.FromDays(365));

    public IReadOnlyList<CircuitSnapshot> GetSnapshots()
    {
        var (now, utcNow) = (Clock.Now, timeProvider.GetUtcNow());
        return
        [
            .. from client in Clients
               from circuit in client.Shown
               select CircuitReports.Snapshot(circuit, now, utcNow, client.ConfigurationError),
        ];
    }

    public CircuitSnapshot? Find(CircuitKey key) =>
        _clients.TryGetValue(key.Client, out var client) && client.Find(key) is { } circuit && !circuit.IsGone(Clock.Now)
            ? CircuitReports.Snapshot(circuit, Clock.Now, timeProvider.GetUtcNow(), client.ConfigurationError)
            : null;

    public void Isolate(CircuitKey key, TimeSpan? duration = null, string? reason = null)
    {
        if (!IsIsolation(duration))
        {
            throw new ArgumentOutOfRangeException(
                nameof(duration),
                duration,
                "The duration must be greater than zero and at most 365 days, or null to isolate the circuit until it is reset.");
        }

        if (!source.Covers(key.Client))
        {
            throw new ArgumentException($"Client '{key.Client}' has no circuit breaker; add one with AddCircuitBreaker().", nameof(key));
        }

        var client = Client(key.Client);
        if (!client.CanServe(key))
        {
            throw new ArgumentException(
                $"The client does not use the circuit '{key}'; pass a key that matches the client's Scope ({client.Scope}) "
                + "and the names of its circuits.",
                nameof(key));
        }

        if (!client.TryIsolate(key, duration, reason))
        {
            throw new InvalidOperationException(
                $"There is no room for the circuit '{key}': the number of circuits is {client.Count} and none can be evicted; "
                + (key.Name is null ? "raise MaxCircuits." : "raise MaxCircuits or MaxCircuitNames."));
        }
    }

    public bool Reset(CircuitKey key) => _clients.TryGetValue(key.Client, out var client) && client.TryReset(key);

    /// <summary>Reloads all clients' settings. A client whose new settings are invalid keeps its previous settings.</summary>
    /// <remarks>
    /// Only one thread reloads at a time, so that older settings cannot replace newer ones. If another thread requests a reload in the
    /// meantime, the first thread reloads again.
    /// </remarks>
    public void Reload()
    {
        Interlocked.Increment(ref _reloads);
        if (Interlocked.Increment(ref _requests) > 1)
        {
            return;
        }

        int handled;
        do
        {
            handled = Volatile.Read(ref _requests);
            ReloadClients();
        }
        while (Interlocked.Add(ref _requests, -handled) > 0);
    }

    private void ReloadClients()
    {
        var failed = Clients
            .Select(client => (client.Name, Error: TryReload(client)))
            .Where(result => result.Error is not null)
            .ToLookup(result => result.Error!, result => result.Name);
        foreach (var clients in failed)
        {
            events.OnReloadFailed([.. clients], clients.Key);
        }
    }

    private ClientCircuits Add(string name)
    {
        var reloads = Volatile.Read(ref _reloads);
        var client = _clients.GetOrAdd(name, new ClientCircuits(name, source.Load(name), this));

        // A concurrent reload may have missed the new client, so reload again.
        if (reloads != Volatile.Read(ref _reloads))
        {
            Reload();
        }

        return client;
    }

    // Returns the error to report; null if the reload succeeded, or failed with the same error as the previous reload.
    private string? TryReload(ClientCircuits client)
    {
        try
        {
            var settings = source.Load(client.Name);
            if (settings.Section is null && client.Section is { } missing)
            {
                // The section may be missing simply because its file could not be read. Do not fall back to the defaults, because a client
                // that was in Observe mode could then start to reject calls.
                throw new InvalidOperationException($"{missing}: the section is missing; restore it, or restart to use the defaults.");
            }

            client.Apply(settings);
            return null;
        }
        catch (Exception exception)
        {
            return client.SetConfigurationError(exception.Message) ? exception.Message : null;
        }
    }
}
