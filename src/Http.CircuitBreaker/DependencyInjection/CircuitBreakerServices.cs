using System.Diagnostics.Metrics;
using Http.CircuitBreaker.Configuration;
using Http.CircuitBreaker.Registry;
using Http.CircuitBreaker.Telemetry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace Http.CircuitBreaker.DependencyInjection;

/// <summary>Registers the services that <c>AddCircuitBreaker()</c> needs, once per container.</summary>
internal static class CircuitBreakerServices
{
    // The container whose registry is being created on this thread. Used to detect that a constructor resolves the registry during that
    // time, which makes the container call CreateRegistry again.
    [ThreadStatic]
    private static IServiceProvider? _creating;

    public static ClientRegistrations AddTo(IServiceCollection services)
    {
        var present = services.FirstOrDefault(service => service.ServiceType == typeof(ClientRegistrations));
        if (present?.ImplementationInstance is ClientRegistrations registrations)
        {
            return registrations;
        }

        registrations = new ClientRegistrations();
        services.AddSingleton(registrations);
        services.AddOptions<StartupValidator.Marker>().ValidateOnStart();
        services.TryAddEnumerable(
        [
            ServiceDescriptor.Singleton<IConfigureOptions<CircuitBreakerOptions>, CircuitBreakerOptionsSetup>(),
            ServiceDescriptor.Singleton<IValidateOptions<CircuitBreakerOptions>, CircuitBreakerOptionsSetup>(),
            ServiceDescriptor.Singleton<IValidateOptions<StartupValidator.Marker>, StartupValidator>(),
            ServiceDescriptor.Singleton<IPostConfigureOptions<HttpClientFactoryOptions>, HandlerChain>(
                provider => provider.GetRequiredService<HandlerChain>()),
        ]);
        services.TryAddSingleton<HandlerChain>();
        services.TryAddSingleton(
            provider => new CircuitBreakerHandlerFactory(registrations, provider.GetRequiredService<HandlerChain>()));
        services.TryAddSingleton<IClientSettingsSource, RegisteredSettings>();
        services.TryAddSingleton<ConfigurationReload>();
        services.TryAddSingleton(provider => new CircuitMetrics(provider.GetService<IMeterFactory>));
        services.TryAddSingleton(
            provider => new CircuitTelemetry(provider.GetService<ILoggerFactory>, provider.GetRequiredService<CircuitMetrics>()));
        services.TryAddSingleton(CreateRegistry);
        services.TryAddSingleton<ICircuitRegistry>(GetRegistry);
        services.TryAddSingleton<ICircuitBackplaneReceiver>(provider => new BackplaneReceiver(GetRegistry(provider), registrations));
        return registrations;
    }

    public static CircuitRegistry GetRegistry(IServiceProvider services)
    {
        // Resolving this service subscribes to configuration changes, which must happen before the first client reads its settings.
        services.GetRequiredService<ConfigurationReload>();
        var registry = services.GetRequiredService<CircuitRegistry>();

        // Publish the metrics only after the registry exists, because the constructor of a meter factory may use a client whose circuit
        // breaker needs the registry.
        services.GetRequiredService<CircuitTelemetry>().PublishMetrics();
        return registry;
    }

    private static CircuitRegistry CreateRegistry(IServiceProvider services)
    {
        if (_creating == services)
        {
            throw new InvalidOperationException(
                "The circuit registry was needed while it was being created. The constructor of a TimeProvider, of an IProbeLeases or of a "
                + $"class that configures {nameof(CircuitBreakerOptions)} needs the registry or a client with a circuit breaker. "
                + "Resolve that service on first use instead.");
        }

        _creating = services;
        try
        {
            var registry = new CircuitRegistry(
                services.GetRequiredService<IClientSettingsSource>(),
                services.GetService<TimeProvider>() ?? TimeProvider.System,
                services.GetRequiredService<CircuitTelemetry>(),
                services.GetServices<ICircuitObserver>) { Leases = services.GetService<IProbeLeases>() };
            services.GetRequiredService<CircuitMetrics>().Add(registry);
            return registry;
        }
        finally
        {
            _creating = null;
        }
    }
}

internal sealed class ConfigurationReload(CircuitRegistry registry, ClientRegistrations registrations, IConfiguration? configuration = null)
    : IDisposable
{
    private readonly List<IDisposable> _subscriptions =
    [
        .. new[] { configuration, registrations.Defaults?.Section }
            .Concat(registrations.Named.Values.Select(client => client.Section))
            .OfType<IConfiguration>()
            .Distinct()
            .Select(source => ChangeToken.OnChange(source.GetReloadToken, registry.Reload)),
    ];

    public void Dispose() => _subscriptions.ForEach(subscription => subscription.Dispose());
}
