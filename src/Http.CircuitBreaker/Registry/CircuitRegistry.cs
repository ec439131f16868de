using System.Collections.Concurrent;
using Http.CircuitBreaker.Configuration;
using Http.CircuitBreaker.Counting;

namespace Http.CircuitBreaker.Registry;

/// <summary>All circuits of an application, by client. Handlers come and go; this stays.</summary>
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

    /// <summary>Who decides on probes besides the circuits; null without a fleet.</summary>
    public IProbeLeases? Leases { get; init; }

    /// <summary>[0, 1), for the jitter of breaks.</summary>
    public Func<double> Random { get; init; } = System.Random.Shared.NextDouble;

    public IEnumerable<ClientCircuits> Clients => _clients.Select(pair => pair.Value);

    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">The client's settings are not valid.</exception>
    public ClientCircuits Client(string name) =>
        _clients.TryGetValue(name, out var client) ? client : Add(name);

    /// <summary>Whether an isolation may last so long; null = without an end.</summary>
    public static bool IsIsolation(TimeSpan? duration) => duration is not { } given || (given > TimeSpan.Zero && given <= _longestIsolation);

    public IReadOnlyList<CircuitSnapshot> GetSnapshots()
    {
        var (now, utcNow) = (Clock.Now, timeProvider.GetUtcNow());
        return [.. Clients.SelectMany(client => client.All.Select(circuit => circuit.Snapshot(now, utcNow, client.ConfigurationError)))];
    }

    public CircuitSnapshot? Find(CircuitKey key) =>
        _clients.TryGetValue(key.Client, out var client) && client.Find(key) is { } circuit
            ? circuit.Snapshot(Clock.Now, timeProvider.GetUtcNow(), client.ConfigurationError)
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
            throw new ArgumentException($"No client of the name '{key.Client}' has a circuit breaker.", nameof(key));
        }

        var client = Client(key.Client);
        if (!client.CanServe(key))
        {
            throw new ArgumentException(
                $"No call of the client would find the circuit '{key}': the scope of its circuits is {client.Scope}.", nameof(key));
        }

        if (!client.TryIsolate(key, duration, reason))
        {
            throw new InvalidOperationException(
                $"There is no room for the circuit '{key}': the client has {client.Count} circuits, and none can be evicted.");
        }
    }

    public bool Reset(CircuitKey key) => _clients.TryGetValue(key.Client, out var client) && client.TryReset(key);

    /// <summary>Reads the settings of all clients anew. Where they are wrong, the last good ones stay.</summary>
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

        // A reload that went through the clients before this one was among them.
        if (reloads != Volatile.Read(ref _reloads))
        {
            TryReload(client);
        }

        return client;
    }

    // A new error, or null.
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
