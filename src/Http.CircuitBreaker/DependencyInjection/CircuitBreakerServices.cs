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

/// <summary>The services behind <c>AddCircuitBreaker()</c>. Twice is once.</summary>
internal static class CircuitBreakerServices
{
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
            ServiceDescriptor.Singleton<IPostConfigureOptions<HttpClientFactoryOptions>, HandlerChain>(services => services.GetRequiredService<HandlerChain>()),
        ]);
        services.TryAddSingleton<HandlerChain>();
        services.TryAddSingleton<IClientSettingsSource, RegisteredSettings>();
        services.TryAddSingleton(CreateTelemetry);
        services.TryAddSingleton(CreateRegistry);
        services.TryAddSingleton<ICircuitRegistry>(RegistryOf);
        services.TryAddSingleton<ICircuitBackplaneReceiver>(services => new BackplaneReceiver(RegistryOf(services), services.GetRequiredService<IClientSettingsSource>()));
        services.TryAddSingleton(CreateReload);
        return registrations;
    }

    public static CircuitRegistry RegistryOf(IServiceProvider services)
    {
        // Before the first client reads its settings somebody has to listen for changes.
        services.GetRequiredService<ConfigurationReload>();
        return services.GetRequiredService<CircuitRegistry>();
    }

    private static CircuitTelemetry CreateTelemetry(IServiceProvider services) =>
        new(services.GetService<ILoggerFactory>(), services.GetService<IMeterFactory>());

    private static CircuitRegistry CreateRegistry(IServiceProvider services)
    {
        var telemetry = services.GetRequiredService<CircuitTelemetry>();
        var registry = new CircuitRegistry(
            services.GetRequiredService<IClientSettingsSource>(),
            services.GetService<TimeProvider>() ?? TimeProvider.System,
            telemetry,
            services.GetServices<ICircuitObserver>) { Leases = services.GetService<IProbeLeases>() };
        telemetry.Add(registry);
        return registry;
    }

    private static ConfigurationReload CreateReload(IServiceProvider services) =>
        new(services.GetRequiredService<CircuitRegistry>(), services.GetRequiredService<ClientRegistrations>(), services.GetService<IConfiguration>());
}

/// <summary>Reads the settings anew when a configuration that they come from has changed.</summary>
internal sealed class ConfigurationReload : IDisposable
{
    private readonly List<IDisposable> _subscriptions;

    public ConfigurationReload(CircuitRegistry registry, ClientRegistrations registrations, IConfiguration? configuration)
    {
        IEnumerable<IConfiguration?> sources =
            [configuration, registrations.Defaults?.Section, .. registrations.Named.Values.Select(client => client.Section)];
        _subscriptions = [.. sources.OfType<IConfiguration>().Distinct().Select(source => ChangeToken.OnChange(source.GetReloadToken, registry.Reload))];
    }

    public void Dispose() => _subscriptions.ForEach(subscription => subscription.Dispose());
}
