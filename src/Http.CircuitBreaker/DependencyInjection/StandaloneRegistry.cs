using Http.CircuitBreaker.Configuration;
using Http.CircuitBreaker.Registry;
using Http.CircuitBreaker.Telemetry;

namespace Http.CircuitBreaker.DependencyInjection;

/// <summary>The registry of handlers that were made without a container. It is reported as long as there is one of them.</summary>
internal sealed class StandaloneRegistry : ICircuitRegistry
{
    // One meter for all: collectors that know two of the same name report the one or the other.
    private static readonly CircuitTelemetry _process = new(loggerFactory: null, meterFactory: null);

    private readonly CircuitRegistry _registry;
    private readonly TimeProvider _timeProvider;
    private readonly Lock _gate = new();
    private int _handlers;

    private StandaloneRegistry(CircuitBreakerOptions options, TimeProvider timeProvider, CircuitTelemetry telemetry)
    {
        _timeProvider = timeProvider;
        Telemetry = telemetry;
        _registry = new CircuitRegistry(new StandaloneSettings(SettingsFrom(options)), timeProvider, Telemetry, observers: () => []);
    }

    public CircuitTelemetry Telemetry { get; }

    public ClientCircuits Client => _registry.Client(StandaloneSettings.ClientName);

    /// <summary>The registry for one more handler: a new one, or the one of an earlier handler.</summary>
    public static StandaloneRegistry For(
        CircuitBreakerOptions options, ICircuitRegistry? registry, TimeProvider? timeProvider, CircuitTelemetry? telemetry = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (registry is null)
        {
            var created = new StandaloneRegistry(options, timeProvider ?? TimeProvider.System, telemetry ?? _process);
            created.Join();
            return created;
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
        standalone.Join();
        return standalone;
    }

    /// <summary>A handler is gone. With the last one its circuits are not reported any more.</summary>
    public void Release()
    {
        lock (_gate)
        {
            if (--_handlers == 0)
            {
                Telemetry.Forget(_registry);
            }
        }
    }

    public IReadOnlyList<CircuitSnapshot> GetSnapshots() => _registry.GetSnapshots();

    public CircuitSnapshot? Find(CircuitKey key) => _registry.Find(key);

    public void Isolate(CircuitKey key, TimeSpan? duration = null, string? reason = null) => _registry.Isolate(key, duration, reason);

    public bool Reset(CircuitKey key) => _registry.Reset(key);

    private void Join()
    {
        lock (_gate)
        {
            if (++_handlers == 1)
            {
                Telemetry.Observe(_registry);
            }
        }
    }

    // A copy, because the caller may change the options later.
    private static ClientSettings SettingsFrom(CircuitBreakerOptions options)
    {
        CircuitBreakerOptionsSetup.ThrowIfInvalid(StandaloneSettings.ClientName, options);
        return new ClientSettings(options.Clone());
    }
}
