using System.Diagnostics.Metrics;
using Http.CircuitBreaker;
using Http.CircuitBreaker.Redis;
using Http.CircuitBreaker.Redis.Configuration;
using Http.CircuitBreaker.Redis.Backplane;
using Http.CircuitBreaker.Redis.Server;
using Http.CircuitBreaker.Redis.Telemetry;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the services that share circuits between instances through Redis.</summary>
public static class CircuitBreakerRedisServiceCollectionExtensions
{
    /// <summary>
    /// Shares the circuits of all clients with other instances that use the same Redis server and prefix. If the
    /// <c>HttpCircuitBreaker:Redis</c> section has no connection string, the container's <see cref="IConnectionMultiplexer"/> is used.
    /// </summary>
    /// <remarks>Calling this method more than once has no further effect.</remarks>
    /// <param name="services">The service collection.</param>
    /// <returns>The same service collection.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="services"/> is null.</exception>
    public static IServiceCollection AddCircuitBreakerRedis(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddMetrics().AddCircuitBreakerSection(RedisOptionsSetup.SectionName);
        if (!services.Any(service => service.ServiceType == typeof(BackplaneMember)))
        {
            services.AddOptions<RedisCircuitOptions>().ValidateOnStart();
        }

        services.TryAddEnumerable(ServiceDescriptor.Singleton<IConfigureOptions<RedisCircuitOptions>, RedisOptionsSetup>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<RedisCircuitOptions>, RedisOptionsSetup>());
        services.TryAddSingleton<RedisConnection>();
        services.TryAddSingleton(CreateMember);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ICircuitObserver, BackplaneProtocol>(GetProtocol));
        services.TryAddSingleton<IProbeLeases>(GetProtocol);
        services.TryAddSingleton<ICircuitBackplaneStatus>(services => services.GetRequiredService<BackplaneMember>().Telemetry);
        return services;
    }

    /// <summary>Shares circuits through Redis, with options set in code.</summary>
    /// <param name="services">The service collection.</param>
    /// <param name="configure">
    /// A delegate that sets options and overrides the <c>HttpCircuitBreaker:Redis</c> section. Multiple delegates run in order.
    /// </param>
    /// <returns>The same service collection.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static IServiceCollection AddCircuitBreakerRedis(this IServiceCollection services, Action<RedisCircuitOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);

        // Register the section first, so that the delegate overrides it.
        services.AddCircuitBreakerRedis().Configure(configure);
        return services;
    }

    /// <summary>Shares circuits through the Redis server in <paramref name="configuration"/>.</summary>
    /// <remarks>The connection is created in the background and disposed together with the container.</remarks>
    /// <param name="services">The service collection.</param>
    /// <param name="configuration">
    /// A StackExchange.Redis configuration string, for example <c>localhost:6379</c>. If the string is malformed, an error is logged and
    /// circuits are not shared.
    /// </param>
    /// <returns>The same service collection.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static IServiceCollection AddCircuitBreakerRedis(this IServiceCollection services, string configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return services.AddCircuitBreakerRedis(options => options.Configuration = configuration);
    }

    /// <summary>Shares circuits through the connection that <paramref name="connect"/> returns.</summary>
    /// <remarks>The application must dispose the connection.</remarks>
    /// <param name="services">The service collection.</param>
    /// <param name="connect">
    /// A delegate that creates a connection or returns an existing one. The delegate runs in the background and is called again if it
    /// throws.
    /// </param>
    /// <returns>The same service collection.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static IServiceCollection AddCircuitBreakerRedis(
        this IServiceCollection services, Func<IServiceProvider, Task<IConnectionMultiplexer>> connect)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(connect);
        services.TryAddSingleton(new RedisConnectionFactory(connect));
        return services.AddCircuitBreakerRedis();
    }

    private static BackplaneMember CreateMember(IServiceProvider services)
    {
        var options = services.GetRequiredService<IOptions<RedisCircuitOptions>>().Value;
        var name = $"{options.InstanceName}-{Guid.NewGuid():N}";
        var settings = new BackplaneSettings(
            name, options.Prefix, options.Quorum, options.ProbeLease, options.PollInterval, options.CommandTimeout);
        var member = new BackplaneMember(
            new RedisBackplaneServer(services.GetRequiredService<RedisConnection>().ConnectAsync, settings),
            () => (services.GetRequiredService<ICircuitBackplaneReceiver>(), services.GetRequiredService<ICircuitRegistry>()),
            settings,
            services.GetService<TimeProvider>() ?? TimeProvider.System,
            new BackplaneTelemetry(
                services.GetService<ILoggerFactory>()?.CreateLogger(BackplaneTelemetry.Name) ?? NullLogger.Instance,
                services.GetRequiredService<IMeterFactory>(),
                options.Prefix));
        member.Start();
        return member;
    }

    private static BackplaneProtocol GetProtocol(IServiceProvider services) => services.GetRequiredService<BackplaneMember>().Protocol;
}
