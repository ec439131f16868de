using Http.CircuitBreaker.Circuits;
using Http.CircuitBreaker.Classification;
using Http.CircuitBreaker.Configuration;
using Http.CircuitBreaker.Counting;

namespace Http.CircuitBreaker.Registry;

/// <summary>The circuits of one client, its settings, and which circuit serves a request.</summary>
internal sealed partial class ClientCircuits
{
    private readonly CircuitContext _context;
    private readonly IRegistryEvents _events;
    private readonly BoundedCircuits _circuits = new();
    private readonly Lock _reload = new();
    private readonly CircuitNamer _namer;
    private volatile ClientSettings _settings;
    private volatile string? _configurationError;
    private volatile RecentOrigin? _first;
    private long _bypassed;

    public ClientCircuits(string name, ClientSettings settings, CircuitRegistry registry)
    {
        Name = name;
        Clock = registry.Clock;
        _settings = settings;
        Scope = settings.Options.Scope;
        _events = registry.Events;
        _namer = new CircuitNamer(name, _events);
        Timeout = new ClientTimeout { Given = settings.Options.ClientTimeout };
        Classifier = new CallClassifier(Timeout, Clock.Provider);
        _context = new CircuitContext(Clock, registry.Random, new ClientEvents(_events, () => registry.Observers, () => Options.OnStateChange, _circuits), registry.Leases);
    }

    public string Name { get; }

    /// <summary>The one that it began with: a change needs a restart.</summary>
    public CircuitScope Scope { get; }

    public MonotonicClock Clock { get; }

    public ClientTimeout Timeout { get; }

    public CallClassifier Classifier { get; }

    public CircuitBreakerOptions Options => _settings.Options;

    /// <summary>Why the configuration read last does not hold; null if it does.</summary>
    public string? ConfigurationError => _configurationError;

    public int Count => _circuits.Count;

    public IEnumerable<Circuit> All => _circuits.All;

    public long Bypassed => Volatile.Read(ref _bypassed);

    public (CallTotals Ended, long InFlight, long Rejected) Accounts() => _circuits.Accounts();

    /// <summary>The settings that a circuit of this client lives by.</summary>
    public static HostSettings SettingsOf(Circuit circuit) => (HostSettings)circuit.Settings;

    public void CountBypassed() => Interlocked.Increment(ref _bypassed);

    /// <summary>Finds the circuit of a request and asks it. Bypassed if there is no room for one.</summary>
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
            if (answer != Admission.Retired)
            {
                return answer;
            }

            Forget(circuit);
        }
    }

    /// <summary>Whether a call could ever be served by the circuit of that key: one wider than the scope would serve nobody.</summary>
    public bool CanServe(CircuitKey key) => key.Name is not null
        ? Options.CircuitName is not null
        : Scope == CircuitScope.Client || (key.Host is not null && (Scope == CircuitScope.Host || key.Scheme is not null));

    public Circuit? Find(CircuitKey key) => _circuits.TryGet(key.Widen(Scope), out var circuit) ? circuit : null;

    /// <summary>False if there is no room for the circuit.</summary>
    public bool TryIsolate(CircuitKey key, TimeSpan? duration, string? reason)
    {
        while (true)
        {
            var now = Clock.Now;
            if (GetOrAdd(key.Widen(Scope), now) is not { } circuit)
            {
                return false;
            }

            if (circuit.TryIsolate(now, (long?)duration?.TotalMilliseconds, reason))
            {
                return true;
            }

            Forget(circuit);
        }
    }

    public bool TryReset(CircuitKey key) => Find(key) is { } circuit && circuit.TryReset(Clock.Now);

    /// <summary>New settings hold for living circuits at once.</summary>
    public void Apply(ClientSettings settings)
    {
        lock (_reload)
        {
            // Once for each change, not again with every edit that follows it.
            var scope = settings.Options.Scope;
            if (scope != Scope && scope != Options.Scope)
            {
                _events.OnScopeChangeIgnored(Name, Scope, scope);
            }

            _settings = settings;
            _configurationError = null;
            Timeout.Given = settings.Options.ClientTimeout;
            foreach (var circuit in _circuits.All)
            {
                circuit.Apply(settings.For(circuit.Key), Clock.Now);
            }
        }
    }

    /// <summary>The settings read last are wrong; those before them stay. False if that is known already.</summary>
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
                "A circuit breaker needs an absolute request URI to know the host: set RequestUri, or the BaseAddress of the HttpClient.");
        }

        if (Options.CircuitName is { } naming)
        {
            return FindByName(request, uri, naming, now);
        }

        return _first is { } first && first.Matches(uri) ? first.Circuit : FindByOrigin(uri, now);
    }

    private Circuit? FindByName(HttpRequestMessage request, Uri uri, Func<HttpRequestMessage, string?> naming, long now) =>
        GetOrAdd(_namer.Name(request, naming) ?? CircuitKey.FromUri(Name, uri, Scope), now);

    private Circuit? FindByOrigin(Uri uri, long now)
    {
        var circuit = GetOrAdd(CircuitKey.FromUri(Name, uri, Scope), now);
        _first ??= RecentOrigin.Of(uri, circuit);
        return circuit;
    }

    // Adding has a closure: a call to a host that is known does not pay for it.
    private Circuit? GetOrAdd(CircuitKey key, long now) => _circuits.TryGet(key, out var present) ? present : Add(key, now);

    private Circuit? Add(CircuitKey key, long now)
    {
        var settings = _settings;
        var circuit = _circuits.GetOrAdd(key, Options.MaxCircuits, now, k => new Circuit(k, settings.For(k), _context));

        // A reload that went through the circuits before this one was among them.
        if (circuit is not null && settings != _settings)
        {
            lock (_reload)
            {
                circuit.Apply(_settings.For(key), now);
            }
        }

        return circuit;
    }

    private void Forget(Circuit retired)
    {
        if (_first?.Circuit == retired)
        {
            _first = null;
        }

        _circuits.Remove(retired);
    }
}
