using Http.CircuitBreaker.Circuits;
using Http.CircuitBreaker.Classification;
using Http.CircuitBreaker.Configuration;
using Http.CircuitBreaker.Counting;

namespace Http.CircuitBreaker.Registry;

/// <summary>Holds one client's circuits and settings, and finds the circuit for each request.</summary>
internal sealed class ClientCircuits
{
    private readonly CircuitContext _context;
    private readonly IRegistryEvents _events;
    private readonly BoundedCircuits _circuits = new();
    private readonly CircuitNames _names;
    private readonly Lock _reload = new();
    private volatile ClientSettings _settings;
    private volatile string? _configurationError;
    private volatile FirstOrigin? _first;
    private long _bypassed;
    private int _hasNamingFailed;
    private int _hasCircuits;

    public ClientCircuits(string name, ClientSettings settings, CircuitRegistry registry)
    {
        Name = name;
        Clock = registry.Clock;
        _settings = settings;
        Scope = settings.Options.Scope;
        _events = registry.Events;
        _names = new CircuitNames(CircuitNaming.From(settings.Options), () => _events.OnNamesRefused(name, Options.MaxCircuitNames));
        Timeout = new ClientTimeout(() => Options.ClientTimeout);
        Classifier = new CallClassifier(Timeout, Clock.Provider);
        var events = new ClientEvents(_events, registry.Observers, change => Options.OnStateChange?.Invoke(change));
        _context = new CircuitContext(Clock, registry.Random, events, registry.Leases);
    }

    public string Name { get; }

    /// <summary>The scope, which is fixed when the client is first used. Changes take effect after a restart.</summary>
    public CircuitScope Scope { get; }

    public MonotonicClock Clock { get; }

    public ClientTimeout Timeout { get; }

    public CallClassifier Classifier { get; }

    public CircuitBreakerOptions Options => _settings.Options;

    /// <summary>The path of the section that the current settings were read from; null if there was no such section.</summary>
    public string? Section => _settings.Section;

    /// <summary>The error from the last configuration reload; null if the reload succeeded.</summary>
    public string? ConfigurationError => _configurationError;

    public int Count => _circuits.Count;

    /// <summary>The circuits in snapshots: all except those that have received no calls for a long time after their break.</summary>
    public IEnumerable<Circuit> Shown => _circuits.All.Where(circuit => !circuit.IsGone(Clock.Now));

    public ClientTotals Totals() => _circuits.Totals() with { Bypassed = Volatile.Read(ref _bypassed) };

    public static HostSettings SettingsOf(Circuit circuit) => (HostSettings)circuit.Settings;

    public void CountBypassed() => Interlocked.Increment(ref _bypassed);

    /// <summary>
    /// Asks the request's circuit whether to admit the call. Returns <c>Bypassed</c> if the circuit breaker is disabled, or if
    /// <c>MaxCircuits</c> is reached and no circuit can be evicted for a new one.
    /// </summary>
    public Admission TryAdmit(HttpRequestMessage request, long now, out Circuit? circuit, out Permit permit)
    {
        while (true)
        {
            circuit = FindCircuit(request, now);
            if (circuit is null)
            {
                permit = default;
                return Admission.Bypassed;
            }

            var admission = circuit.TryAdmit(now, out permit, CallClassifier.IsUntimed(request));
            if (admission != Admission.Evicted)
            {
                return admission;
            }

            RemoveEvicted(circuit);
        }
    }

    /// <summary>
    /// Whether this client's calls can use a circuit with this key. The key must contain the host or origin that the client's scope needs.
    /// A name that cannot come from a path segment or header is usable only with a <c>CircuitName</c> delegate and without a host.
    /// </summary>
    public bool CanServe(CircuitKey key) => key.Name is { } name && !_names.Naming.CanBe(name)
        ? key.Host is null && Options.CircuitName is not null
        : Scope == CircuitScope.Client || (key.Host is not null && (Scope == CircuitScope.Host || key.Scheme is not null));

    public Circuit? Find(CircuitKey key) => _circuits.TryGet(key.Widen(Scope), out var circuit) ? circuit : null;

    /// <summary>Isolates the circuit for the key, creating it if needed. Returns false if the circuit cannot be created.</summary>
    public bool TryIsolate(
        CircuitKey key, TimeSpan? duration, string? reason, CircuitTransitionReason cause = CircuitTransitionReason.Isolated) =>
        TryApplyOrAdd(key, (circuit, now) => circuit.TryIsolate(now, (long?)duration?.TotalMilliseconds, reason, cause));

    /// <summary>Applies a change to the circuit for the key, creating it if needed. Returns false if nothing changed.</summary>
    public bool TryApplyOrAdd(CircuitKey key, Func<Circuit, long, bool> apply)
    {
        while (CanServe(key) && HasRoomForName(key) && GetOrAdd(key.Widen(Scope), Clock.Now) is { } circuit)
        {
            // Replace a circuit that has received no calls for a long time, so that the next state change does not report its old outage.
            var now = Clock.Now;
            if (!(circuit.IsGone(now) && circuit.TryEvict(now)) && apply(circuit, now))
            {
                return true;
            }

            if (circuit.Phase is not EvictedPhase)
            {
                return false;
            }

            RemoveEvicted(circuit);
        }

        return false;
    }

    public bool TryReset(CircuitKey key, CircuitTransitionReason cause = CircuitTransitionReason.Reset) =>
        Find(key) is { } circuit && circuit.TryReset(Clock.Now, cause);

    public void Apply(ClientSettings settings)
    {
        ClientSettings previous;
        bool wasInvalid;
        lock (_reload)
        {
            (previous, wasInvalid) = (_settings, _configurationError is not null);
            (_settings, _configurationError) = (settings, null);
            foreach (var circuit in _circuits.All)
            {
                circuit.Apply(settings.Find(circuit.Key), Clock.Now);
            }
        }

        // Log a changed scope only once, not again after every later reload.
        var (present, configured) = (_names.Naming.Describe(Scope), CircuitNaming.DescribeScope(settings.Options));
        if (configured != present && configured != CircuitNaming.DescribeScope(previous.Options))
        {
            _events.OnScopeChangeIgnored(Name, present, configured);
        }

        var changes = SettingsChanges.Describe(previous, settings);
        if (changes.Length > 0 || wasInvalid)
        {
            _events.OnSettingsChanged(Name, changes);
        }
    }

    /// <summary>Records that the new settings are invalid. Returns false if the previous reload failed with the same error.</summary>
    public bool SetConfigurationError(string error) => Interlocked.Exchange(ref _configurationError, error) != error;

    private Circuit? FindCircuit(HttpRequestMessage request, long now)
    {
        if (request.RequestUri is not { IsAbsoluteUri: true } uri)
        {
            throw new InvalidOperationException(
                "The circuit breaker needs an absolute request URI; set RequestUri, or the BaseAddress of the HttpClient.");
        }

        if (Options.CircuitName is { } naming)
        {
            return GetOrAdd(CreateNamedKey(request, naming) ?? CircuitKey.FromUri(Name, uri, Scope), now);
        }

        if (!_names.Naming.IsOff && _names.Find(request, uri, _settings) is { } name
            && GetOrAdd(CircuitKey.FromUri(Name, uri, Scope).WithName(name), now) is { } named)
        {
            return named;
        }

        if (_first is { } first && first.Matches(uri))
        {
            return first.Circuit;
        }

        var circuit = GetOrAdd(CircuitKey.FromUri(Name, uri, Scope), now);
        _first ??= FirstOrigin.Create(uri, circuit);
        return circuit;
    }

    // The code that adds a circuit is a separate method, so that calls to existing circuits do not allocate a closure.
    private Circuit? GetOrAdd(CircuitKey key, long now) => _circuits.TryGet(key, out var present) ? present : Add(key, now);

    private Circuit? Add(CircuitKey key, long now)
    {
        var settings = _settings;
        var circuit = _circuits.GetOrAdd(key, Options.MaxCircuits, now, k => new Circuit(k, settings.Find(k), _context));

        if (Interlocked.Exchange(ref _hasCircuits, 1) == 0)
        {
            _events.OnSettingsLoaded(Name, settings);
        }

        // A concurrent reload may have missed the new circuit, so apply the settings again.
        if (circuit is not null && settings != _settings)
        {
            lock (_reload)
            {
                circuit.Apply(_settings.Find(key), now);
            }
        }

        return circuit;
    }

    private bool HasRoomForName(CircuitKey key) =>
        key.Name is not { } name || !_names.Naming.CanBe(name) || _names.GetOrAdd(name, _settings) is not null;

    private void RemoveEvicted(Circuit evicted)
    {
        if (_first?.Circuit == evicted)
        {
            _first = null;
        }

        _circuits.Remove(evicted);
    }

    private CircuitKey? CreateNamedKey(HttpRequestMessage request, Func<HttpRequestMessage, string?> naming)
    {
        try
        {
            return naming(request) is { } name ? CircuitKey.FromName(Name, name) : null;
        }
        catch (Exception exception)
        {
            if (Interlocked.Exchange(ref _hasNamingFailed, 1) == 0)
            {
                _events.OnUserCodeFailed(nameof(CircuitBreakerOptions.CircuitName), Name, exception);
            }

            return null;
        }
    }

    /// <summary>Caches the circuit for the first origin. Most clients call only one origin, so they skip the dictionary lookup.</summary>
    private sealed record FirstOrigin(string Scheme, string Host, int Port, Circuit Circuit)
    {
        // Uri.Host is faster than Uri.IdnHost, but omits the zone of an IPv6 address, so IPv6 hosts are not cached.
        public static FirstOrigin? Create(Uri uri, Circuit? circuit) => circuit is null || uri.HostNameType == UriHostNameType.IPv6
            ? null
            : new FirstOrigin(uri.Scheme, uri.Host, uri.Port, circuit);

        public bool Matches(Uri other) => other.Port == Port && other.Host == Host && other.Scheme == Scheme;
    }
}
