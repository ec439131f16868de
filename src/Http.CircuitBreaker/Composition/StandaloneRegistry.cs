using Http.CircuitBreaker.Configuration;
using Http.CircuitBreaker.Registry;
using Http.CircuitBreaker.Telemetry;

namespace Http.CircuitBreaker.Composition;

/// <summary>The registry of handlers that were made without a container. It lives as long as one of them.</summary>
internal sealed class StandaloneRegistry : ICircuitRegistry
{
    private readonly CircuitRegistry _registry;
    private readonly TimeProvider _timeProvider;
    private int _handlers = 1;

    private StandaloneRegistry(CircuitBreakerOptions options, TimeProvider timeProvider)
    {
        _timeProvider = timeProvider;
        Telemetry = new CircuitTelemetry(loggerFactory: null, meterFactory: null);
        _registry = new CircuitRegistry(new GivenSettings(SettingsFrom(options)), timeProvider, Telemetry, observers: []);
        Telemetry.Observe(_registry);
    }

    public CircuitTelemetry Telemetry { get; }

    public ClientCircuits Client => _registry.Client(GivenSettings.ClientName);

    /// <summary>The registry for one more handler: a new one, or the one of an earlier handler.</summary>
    public static StandaloneRegistry For(CircuitBreakerOptions options, ICircuitRegistry? registry, TimeProvider? timeProvider)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (registry is null)
        {
            return new StandaloneRegistry(options, timeProvider ?? TimeProvider.System);
        }

        if (registry is not StandaloneRegistry standalone)
        {
            throw new ArgumentException(
                "The registry must be the Circuits of another handler that was made without a container.", nameof(registry));
        }

        if (timeProvider is not null && timeProvider != standalone._timeProvider)
        {
            throw new ArgumentException("The registry has a time provider already; leave this one out or pass the same.", nameof(timeProvider));
        }

        standalone.Client.Apply(SettingsFrom(options));
        Interlocked.Increment(ref standalone._handlers);
        return standalone;
    }

    /// <summary>A handler is gone. With the last one the metrics end.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref _handlers) == 0)
        {
            Telemetry.Dispose();
        }
    }

    public IReadOnlyList<CircuitSnapshot> GetSnapshots() => _registry.GetSnapshots();

    public CircuitSnapshot? Find(CircuitKey key) => _registry.Find(key);

    public void Isolate(CircuitKey key, TimeSpan? duration = null, string? note = null) => _registry.Isolate(key, duration, note);

    public bool Reset(CircuitKey key) => _registry.Reset(key);

    // A copy: what the caller does to the options later changes nothing.
    private static ClientSettings SettingsFrom(CircuitBreakerOptions options)
    {
        OptionsCheck.ThrowIfInvalid(GivenSettings.ClientName, options);
        return new ClientSettings(options.Clone());
    }
}
