using Http.CircuitBreaker.Configuration;
using Http.CircuitBreaker.Registry;
using Http.CircuitBreaker.Telemetry;
using Microsoft.Extensions.Logging;

namespace Http.CircuitBreaker.DependencyInjection;

/// <summary>
/// The registry for handlers created without a service container. The registry publishes metrics until its last handler is disposed or
/// garbage-collected.
/// </summary>
internal sealed class StandaloneRegistry : ICircuitRegistry
{
    // All registries share one meter, because collectors report only one of several meters with the same name.
    private static readonly CircuitMetrics _sharedMetrics = new(() => null);

    private readonly CircuitRegistry _registry;
    private readonly TimeProvider _timeProvider;
    private readonly ILoggerFactory? _loggerFactory;
    private readonly CircuitMetrics _metrics;
    private readonly Lock _lock = new();
    private WeakReference<CircuitRegistry>? _published;
    private int _handlers;

    private StandaloneRegistry(
        CircuitBreakerOptions options, TimeProvider timeProvider, ILoggerFactory? loggerFactory, CircuitMetrics metrics)
    {
        (_timeProvider, _loggerFactory, _metrics) = (timeProvider, loggerFactory, metrics);
        Telemetry = new CircuitTelemetry(() => loggerFactory, metrics);
        _registry = new CircuitRegistry(new StandaloneSettings(CreateSettings(options)), timeProvider, Telemetry, observers: () => []);
    }

    // The handlers reference this object, but the metrics do not. If the handlers are garbage-collected without being disposed, this
    // finalizer removes the registry from the metrics.
    ~StandaloneRegistry() => Unpublish();

    public CircuitTelemetry Telemetry { get; }

    public ClientCircuits Client => _registry.Client(StandaloneSettings.ClientName);

    /// <summary>Adds a handler to the given registry, or to a new registry if <paramref name="registry"/> is null.</summary>
    public static StandaloneRegistry Join(
        CircuitBreakerOptions options,
        ICircuitRegistry? registry,
        TimeProvider? timeProvider,
        ILoggerFactory? loggerFactory,
        CircuitMetrics? metrics = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (registry is null)
        {
            var time = timeProvider ?? TimeProvider.System;
            return new StandaloneRegistry(options, time, loggerFactory, metrics ?? _sharedMetrics).AddHandler();
        }

        if (registry is not StandaloneRegistry standalone)
        {
            throw new ArgumentException(
                "The registry belongs to a service container; pass the Circuits of a handler that was created without a container.",
                nameof(registry));
        }

        if (timeProvider is not null && timeProvider != standalone._timeProvider)
        {
            throw new ArgumentException(
                "The registry has a different time provider; omit this argument or pass the same one.", nameof(timeProvider));
        }

        if (loggerFactory is not null && loggerFactory != standalone._loggerFactory)
        {
            throw new ArgumentException(
                "The registry has a different logger factory; omit this argument or pass the same one.", nameof(loggerFactory));
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
                Unpublish();
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
                Telemetry.PublishMetrics();
                _published = _metrics.Add(_registry);
            }
        }

        return this;
    }

    private void Unpublish()
    {
        if (_published is not null)
        {
            _metrics.Remove(_published);
        }
    }

    // Clone the options, because the caller may change them later.
    private static ClientSettings CreateSettings(CircuitBreakerOptions options)
    {
        CircuitBreakerOptionsSetup.ThrowIfInvalid(StandaloneSettings.ClientName, options);
        return new ClientSettings(options.Clone());
    }
}
