using Http.CircuitBreaker.Configuration;
using Http.CircuitBreaker.Registry;
using Http.CircuitBreaker.Telemetry;

namespace Http.CircuitBreaker.DependencyInjection;

/// <summary>The registry for handlers created without a service container. It has metrics until its last handler is disposed.</summary>
internal sealed class StandaloneRegistry : ICircuitRegistry
{
    // All registries share one meter, because collectors report only one of several meters with the same name.
    private static readonly CircuitTelemetry _sharedTelemetry = new(loggerFactory: null, meterFactory: null);

    private readonly CircuitRegistry _registry;
    private readonly TimeProvider _timeProvider;
    private readonly Lock _lock = new();
    private int _handlers;

    private StandaloneRegistry(CircuitBreakerOptions options, TimeProvider timeProvider, CircuitTelemetry telemetry)
    {
        _timeProvider = timeProvider;
        Telemetry = telemetry;
        _registry = new CircuitRegistry(new StandaloneSettings(CreateSettings(options)), timeProvider, telemetry, observers: () => []);
    }

    public CircuitTelemetry Telemetry { get; }

    public ClientCircuits Client => _registry.Client(StandaloneSettings.ClientName);

    /// <summary>Adds a handler to another handler's registry, or to a new one.</summary>
    public static StandaloneRegistry Join(
        CircuitBreakerOptions options, ICircuitRegistry? registry, TimeProvider? timeProvider, CircuitTelemetry? telemetry = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (registry is null)
        {
            return new StandaloneRegistry(options, timeProvider ?? TimeProvider.System, telemetry ?? _sharedTelemetry).AddHandler();
        }

        if (registry is not StandaloneRegistry standalone)
        {
            throw new ArgumentException(
                "The registry belongs to a service container; pass the Circuits of a handler that was created without one.",
                nameof(registry));
        }

        if (timeProvider is not null && timeProvider != standalone._timeProvider)
        {
            throw new ArgumentException(
                "The registry has a different time provider; omit this argument or pass the same one.", nameof(timeProvider));
        }

        standalone.Client.Apply(CreateSettings(options));
        return standalone.AddHandler();
    }

    /// <summary>Removes a handler. Once the last handler is removed, the registry no longer publishes metrics.</summary>
    public void Release()
    {
        lock (_lock)
        {
            if (--_handlers == 0)
            {
                Telemetry.Remove(_registry);
            }
        }
    }

    public IReadOnlyList<CircuitSnapshot> GetSnapshots() => _registry.GetSnapshots();

    public CircuitSnapshot? Find(CircuitKey key) => _registry.Find(key);

    public void Isolate(CircuitKey key, TimeSpan? duration = null, string? reason = null) => _registry.Isolate(key, duration, reason);

    public bool Reset(CircuitKey key) => _registry.Reset(key);

    private StandaloneRegistry AddHandler()
    {
        lock (_lock)
        {
            if (++_handlers == 1)
            {
                Telemetry.Add(_registry);
            }
        }

        return this;
    }

    // Clone the options, because the caller may change them later.
    private static ClientSettings CreateSettings(CircuitBreakerOptions options)
    {
        CircuitBreakerOptionsSetup.ThrowIfInvalid(StandaloneSettings.ClientName, options);
        return new ClientSettings(options.Clone());
    }
}
