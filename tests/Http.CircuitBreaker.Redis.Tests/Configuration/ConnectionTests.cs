using Http.CircuitBreaker.Redis.Fleet;
using Http.CircuitBreaker.Redis.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using StackExchange.Redis;

namespace Http.CircuitBreaker.Redis.Tests.Configuration;

/// <summary>Whose connection it is.</summary>
public sealed class ConnectionTests
{
    public enum Way
    {
        Container,
        Keyed,
        Factory,
    }

    [Theory]
    [InlineData(Way.Container)]
    [InlineData(Way.Keyed)]
    [InlineData(Way.Factory)]
    public async Task The_users_connection_is_used_and_never_disposed(Way way)
    {
        using var server = await RedisServer.StartAsync(ServerKind.Garnet);
        await using var connection = await ConnectionMultiplexer.ConnectAsync(server.Address);
        var services = new ServiceCollection();
        services.AddHttpClient("c").AddCircuitBreaker();
        _ = way switch
        {
            Way.Container => services.AddSingleton<IConnectionMultiplexer>(connection).AddCircuitBreakerRedis(),
            Way.Keyed => services.AddKeyedSingleton<IConnectionMultiplexer>("key", connection).AddCircuitBreakerRedis(options => options.ServiceKey = "key"),
            _ => services.AddCircuitBreakerRedis(_ => Task.FromResult<IConnectionMultiplexer>(connection)),
        };
        await using (var provider = services.BuildServiceProvider())
        {
            _ = provider.GetRequiredService<ICircuitRegistry>();
            await Eventually.TrueAsync(() => provider.GetRequiredService<FleetMember>().IsConnected, "It does not connect.");
        }

        Assert.True(connection.IsConnected);
        Assert.True((await connection.GetDatabase().PingAsync()) > TimeSpan.Zero);
    }

    [Fact]
    public async Task Twice_is_once()
    {
        var services = new ServiceCollection();
        services.AddHttpClient("c").AddCircuitBreaker();
        services.AddCircuitBreakerRedis("127.0.0.1:1").AddCircuitBreakerRedis("127.0.0.1:1");
        await using var provider = services.BuildServiceProvider();

        Assert.Single(provider.GetServices<ICircuitObserver>());
        Assert.Same(provider.GetServices<ICircuitObserver>().Single(), provider.GetRequiredService<IProbeLeases>());
    }
}
