using System.Collections.Concurrent;
using Http.CircuitBreaker.Circuits;
using Http.CircuitBreaker.Configuration;
using Http.CircuitBreaker.Counting;

namespace Http.CircuitBreaker.Registry;

/// <summary>All circuits of an application, by client. Outlives the handlers.</summary>
internal sealed class CircuitRegistry(
    IClientSettingsSource source, TimeProvider timeProvider, IRegistryEvents events, Func<IEnumerable<ICircuitObserver>> observers) : ICircuitRegistry
{
    private static readonly TimeSpan _longestIsolation = TimeSpan.FromDays(365);

    private readonly ConcurrentDictionary<string, ClientCircuits> _clients = new();
    private readonly Lazy<IReadOnlyList<ICircuitObserver>> _observers = new(() => [.. observers()]);
    private int _reloads;

    public MonotonicClock Clock { get; } = new(timeProvider);

    public IRegistryEvents Events => events;

    /// <summary>Resolved at the first change, because an observer may itself depend on the registry.</summary>
    public IReadOnlyList<ICircuitObserver> Observers => _observers.Value;

    /// <summary>Coordinates probes with other instances; null if circuits are not shared.</summary>
    public IProbeLeases? Leases { get; init; }

    /// <summary>[0, 1), for the jitter of breaks.</summary>
    public Func<double> Random { get; init; } = System.Random.Shared.NextDouble;

    public IEnumerable<ClientCircuits> Clients => _clients.Select(pair => pair.Value);

    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">The client's settings are not valid.</exception>
    public ClientCircuits Client(string name) =>
        _clients.TryGetValue(name, out var client) ? client : Add(name);

    /// <summary>Whether the duration of an isolation is in range; null = without an end.</summary>
    public static bool IsIsolation(TimeSpan? duration) => duration is not { } given || (given > TimeSpan.Zero && given <= _longestIsolation);

    public IReadOnlyList<CircuitSnapshot> GetSnapshots()
    {
        var (now, utcNow) = (Clock.Now, timeProvider.GetUtcNow());
        return [.. Clients.SelectMany(client => client.All.Select(circuit => CircuitReports.Snapshot(circuit, now, utcNow, client.ConfigurationError)))];
    }

    public CircuitSnapshot? Find(CircuitKey key) =>
        _clients.TryGetValue(key.Client, out var client) && client.Find(key) is { } circuit
            ? CircuitReports.Snapshot(circuit, Clock.Now, timeProvider.GetUtcNow(), client.ConfigurationError)
            : null;

    public void Isolate(CircuitKey key, TimeSpan? duration = null, string? reason = null)
    {
        if (!IsIsolation(duration))
        {
            throw new ArgumentOutOfRangeException(
                nameof(duration), duration, "An isolation must last longer than zero and at most 365 days; null isolates without an end.");
        }

        if (!source.Covers(key.Client))
        {
            throw new ArgumentException($"Client '{key.Client}' has no circuit breaker; add it with AddCircuitBreaker().", nameof(key));
        }

        var client = Client(key.Client);
        if (!client.CanServe(key))
        {
            throw new ArgumentException(
                $"The client's calls do not use the circuit '{key}', because the scope of its circuits is {client.Scope}.", nameof(key));
        }

        if (!client.TryIsolate(key, duration, reason))
        {
            throw new InvalidOperationException(
                $"There is no room for the circuit '{key}': the client has {client.Count} circuits and none can be evicted; raise MaxCircuits.");
        }
    }

    public bool Reset(CircuitKey key) => _clients.TryGetValue(key.Client, out var client) && client.TryReset(key);

    /// <summary>Reads the settings of all clients again. Where they are invalid, the last good ones stay in force.</summary>
    public void Reload()
    {
        Interlocked.Increment(ref _reloads);
        var refused = Clients
            .Select(client => (client.Name, Error: TryReload(client)))
            .Where(result => result.Error is not null)
            .ToLookup(result => result.Error!, result => result.Name);
        foreach (var clients in refused)
        {
            events.OnReloadFailed([.. clients], clients.Key);
        }
    }

    private ClientCircuits Add(string name)
    {
        var reloads = Volatile.Read(ref _reloads);
        var client = _clients.GetOrAdd(name, new ClientCircuits(name, source.Load(name), this));

        // A reload in between has missed this client.
        if (reloads != Volatile.Read(ref _reloads))
        {
            TryReload(client);
        }

        return client;
    }

    // Returns the error if it is a new one.
    private string? TryReload(ClientCircuits client)
    {
        try
        {
            client.Apply(source.Load(client.Name));
            return null;
        }
        catch (Exception exception)
        {
            return client.Refuse(exception.Message) ? exception.Message : null;
        }
    }
}
