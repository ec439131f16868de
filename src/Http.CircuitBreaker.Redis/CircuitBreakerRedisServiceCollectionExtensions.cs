using System.Diagnostics.Metrics;
using Http.CircuitBreaker;
using Http.CircuitBreaker.Redis;
using Http.CircuitBreaker.Redis.Configuration;
using Http.CircuitBreaker.Redis.Backplane;
using Http.CircuitBreaker.Redis.Protocol;
using Http.CircuitBreaker.Redis.Server;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Shares circuits between the instances of a fleet.</summary>
public static class CircuitBreakerRedisServiceCollectionExtensions
{
    /// <summary>
    /// Shares the circuits of all clients with the other instances that use the same Redis server and prefix. The server is that of the
    /// section <c>HttpCircuitBreaker:Redis</c>, else the container's <see cref="IConnectionMultiplexer"/>, which is used and never disposed.
    /// Twice is once.
    /// </summary>
    /// <exception cref="ArgumentNullException"><paramref name="services"/> is null.</exception>
    public static IServiceCollection AddCircuitBreakerRedis(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddCircuitBreakerSection(ReadRedisSection.SectionName);
        if (!services.Any(service => service.ServiceType == typeof(BackplaneMember)))
        {
            services.AddOptions<RedisCircuitOptions>().ValidateOnStart();
        }

        services.TryAddSingleton<RedisOptionFaults>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IConfigureOptions<RedisCircuitOptions>, ReadRedisSection>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<RedisCircuitOptions>, RedisOptionsCheck>());
        services.TryAddSingleton<RedisConnection>();
        services.TryAddSingleton(CreateMember);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ICircuitObserver, BackplaneMember>(Existing));
        services.TryAddSingleton<IProbeLeases>(Existing);
        return services;
    }

    /// <summary>Shares circuits and sets options in code, after those of the section. Delegates add up.</summary>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static IServiceCollection AddCircuitBreakerRedis(this IServiceCollection services, Action<RedisCircuitOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);

        // The section first: what is configured later wins.
        services.AddCircuitBreakerRedis().Configure(configure);
        return services;
    }

    /// <summary>Shares circuits through the server that <paramref name="configuration"/> names, over a connection of its own.</summary>
    /// <param name="services">The services.</param>
    /// <param name="configuration">A StackExchange.Redis configuration string, such as <c>localhost:6379</c>. A wrong one is logged; circuits then stay local.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static IServiceCollection AddCircuitBreakerRedis(this IServiceCollection services, string configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return services.AddCircuitBreakerRedis(options => options.Configuration = configuration);
    }

    /// <summary>Shares circuits through a connection that <paramref name="connect"/> makes, in the background; it is never disposed.</summary>
    /// <param name="services">The services.</param>
    /// <param name="connect">Makes the connection, or takes one that there is. Called again if it throws.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static IServiceCollection AddCircuitBreakerRedis(this IServiceCollection services, Func<IServiceProvider, Task<IConnectionMultiplexer>> connect)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(connect);
        services.TryAddSingleton(new RedisConnectionFactory(connect));
        return services.AddCircuitBreakerRedis();
    }

    private static BackplaneMember CreateMember(IServiceProvider services)
    {
        var options = services.GetRequiredService<IOptions<RedisCircuitOptions>>().Value;
        var settings = new BackplaneSettings(
            $"{options.InstanceName}-{Guid.NewGuid():N}", options.Prefix, options.ProbeLease, options.PollInterval, options.CommandTimeout);
        var identity = new BackplaneIdentity(settings.Instance, options.Quorum, (long)(3 * options.PollInterval).TotalMilliseconds);
        var connection = services.GetRequiredService<RedisConnection>();
        var member = new BackplaneMember(
            new RedisBackplaneServer(connection.ConnectAsync, options.Prefix, identity),
            () => (services.GetRequiredService<ICircuitBackplaneReceiver>(), services.GetRequiredService<ICircuitRegistry>()),
            settings,
            services.GetService<TimeProvider>() ?? TimeProvider.System,
            services.GetService<ILoggerFactory>()?.CreateLogger("Http.CircuitBreaker.Redis") ?? NullLogger.Instance,
            services.GetService<IMeterFactory>());
        member.Start();
        return member;
    }

    // One object in all roles.
    private static BackplaneMember Existing(IServiceProvider services) => services.GetRequiredService<BackplaneMember>();
}
