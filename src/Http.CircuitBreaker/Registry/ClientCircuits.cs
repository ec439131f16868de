using Http.CircuitBreaker.Circuits;
using Http.CircuitBreaker.Classification;
using Http.CircuitBreaker.Configuration;
using Http.CircuitBreaker.Counting;

namespace Http.CircuitBreaker.Registry;

/// <summary>The circuits of one client, its settings, and which circuit serves a request.</summary>
internal sealed class ClientCircuits
{
    private readonly CircuitContext _context;
    private readonly IRegistryEvents _events;
    private readonly BoundedCircuits _circuits = new();
    private readonly Lock _reload = new();
    private volatile ClientSettings _settings;
    private volatile string? _configurationError;
    private volatile FirstOrigin? _first;
    private long _bypassed;
    private int _hasNamingFailed;

    public ClientCircuits(string name, ClientSettings settings, CircuitRegistry registry)
    {
        Name = name;
        Clock = registry.Clock;
        _settings = settings;
        Scope = settings.Options.Scope;
        _events = registry.Events;
        Timeout = new ClientTimeout { Configured = settings.Options.ClientTimeout };
        Classifier = new CallClassifier(Timeout, Clock.Provider);
        var events = new ClientEvents(_events, () => registry.Observers, () => Options.OnStateChange);
        _context = new CircuitContext(Clock, registry.Random, events, registry.Leases);
    }

    public string Name { get; }

    /// <summary>The scope at start. A change needs a restart.</summary>
    public CircuitScope Scope { get; }

    public MonotonicClock Clock { get; }

    public ClientTimeout Timeout { get; }

    public CallClassifier Classifier { get; }

    public CircuitBreakerOptions Options => _settings.Options;

    /// <summary>Why the configuration read last is invalid; null if it is valid.</summary>
    public string? ConfigurationError => _configurationError;

    public int Count => _circuits.Count;

    public IEnumerable<Circuit> All => _circuits.All;

    public ClientTotals Totals() => _circuits.Totals() with { Bypassed = Volatile.Read(ref _bypassed) };

    public static HostSettings SettingsOf(Circuit circuit) => (HostSettings)circuit.Settings;

    public void CountBypassed() => Interlocked.Increment(ref _bypassed);

    /// <summary>Finds the circuit of a request and asks it. Without room for a circuit the call is bypassed.</summary>
    public Admission TryAdmit(HttpRequestMessage request, long now, out Circuit? circuit, out Permit permit)
    {
        while (true)
        {
            circuit = CircuitFor(request, now);
            if (circuit is null)
            {
                permit = default;
                return Admission.Bypassed;
            }

            var answer = circuit.TryAdmit(now, out permit);
            if (answer != Admission.Evicted)
            {
                return answer;
            }

            Forget(circuit);
        }
    }

    /// <summary>Whether calls of this client can use the circuit of the key. One that is wider than the scope is never used.</summary>
    public bool CanServe(CircuitKey key) => key.Name is not null
        ? Options.CircuitName is not null
        : Scope == CircuitScope.Client || (key.Host is not null && (Scope == CircuitScope.Host || key.Scheme is not null));

    public Circuit? Find(CircuitKey key) => _circuits.TryGet(key.Widen(Scope), out var circuit) ? circuit : null;

    /// <summary>False if there is no room for the circuit.</summary>
    public bool TryIsolate(CircuitKey key, TimeSpan? duration, string? reason) =>
        TryApplyOrAdd(key, (circuit, now) => circuit.TryIsolate(now, (long?)duration?.TotalMilliseconds, reason));

    /// <summary>Applies a change to the circuit of the key, created if there is none. False if it cannot exist or did not change.</summary>
    public bool TryApplyOrAdd(CircuitKey key, Func<Circuit, long, bool> apply)
    {
        while (CanServe(key) && GetOrAdd(key.Widen(Scope), Clock.Now) is { } circuit)
        {
            if (apply(circuit, Clock.Now))
            {
                return true;
            }

            if (circuit.Phase is not EvictedPhase)
            {
                return false;
            }

            Forget(circuit);
        }

        return false;
    }

    public bool TryReset(CircuitKey key) => Find(key) is { } circuit && circuit.TryReset(Clock.Now);

    /// <summary>Applies new settings, to existing circuits too.</summary>
    public void Apply(ClientSettings settings)
    {
        lock (_reload)
        {
            // Report a changed scope once, not again with each later edit.
            var scope = settings.Options.Scope;
            if (scope != Scope && scope != Options.Scope)
            {
                _events.OnScopeChangeIgnored(Name, Scope, scope);
            }

            _settings = settings;
            _configurationError = null;
            Timeout.Configured = settings.Options.ClientTimeout;
            foreach (var circuit in _circuits.All)
            {
                circuit.Apply(settings.For(circuit.Key), Clock.Now);
            }
        }
    }

    /// <summary>The settings read last are invalid and those before stay in force. False if this error is known.</summary>
    public bool Refuse(string error)
    {
        var isNew = _configurationError != error;
        _configurationError = error;
        return isNew;
    }

    private Circuit? CircuitFor(HttpRequestMessage request, long now)
    {
        if (request.RequestUri is not { IsAbsoluteUri: true } uri)
        {
            throw new InvalidOperationException(
                "The circuit breaker needs an absolute request URI to determine the host. Set RequestUri, or the BaseAddress of the HttpClient.");
        }

        if (Options.CircuitName is { } naming)
        {
            return FindByName(request, uri, naming, now);
        }

        return _first is { } first && first.Matches(uri) ? first.Circuit : FindByOrigin(uri, now);
    }

    private Circuit? FindByName(HttpRequestMessage request, Uri uri, Func<HttpRequestMessage, string?> naming, long now) =>
        GetOrAdd(NameOf(request, naming) ?? CircuitKey.FromUri(Name, uri, Scope), now);

    private Circuit? FindByOrigin(Uri uri, long now)
    {
        var circuit = GetOrAdd(CircuitKey.FromUri(Name, uri, Scope), now);
        _first ??= FirstOrigin.Create(uri, circuit);
        return circuit;
    }

    // Add allocates a closure, which a call to a known host does not pay for.
    private Circuit? GetOrAdd(CircuitKey key, long now) => _circuits.TryGet(key, out var present) ? present : Add(key, now);

    private Circuit? Add(CircuitKey key, long now)
    {
        var settings = _settings;
        var circuit = _circuits.GetOrAdd(key, Options.MaxCircuits, now, k => new Circuit(k, settings.For(k), _context));

        // A reload in between has missed this circuit.
        if (circuit is not null && settings != _settings)
        {
            lock (_reload)
            {
                circuit.Apply(_settings.For(key), now);
            }
        }

        return circuit;
    }

    private void Forget(Circuit evicted)
    {
        if (_first?.Circuit == evicted)
        {
            _first = null;
        }

        _circuits.Remove(evicted);
    }

    private CircuitKey? NameOf(HttpRequestMessage request, Func<HttpRequestMessage, string?> naming)
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

    /// <summary>The first origin that the client called. Most clients call one, and find its circuit without the dictionary.</summary>
    private sealed class FirstOrigin
    {
        private readonly string _scheme;
        private readonly string _host;
        private readonly int _port;

        private FirstOrigin(Uri uri, Circuit circuit) => (_scheme, _host, _port, Circuit) = (uri.Scheme, uri.Host, uri.Port, circuit);

        public Circuit Circuit { get; }

        // Host omits the zone of an IPv6 address, by which two origins can differ, and IdnHost is slower.
        public static FirstOrigin? Create(Uri uri, Circuit? circuit) =>
            circuit is null || uri.HostNameType == UriHostNameType.IPv6 ? null : new FirstOrigin(uri, circuit);

        public bool Matches(Uri other) => other.Port == _port && other.Host == _host && other.Scheme == _scheme;
    }
}
