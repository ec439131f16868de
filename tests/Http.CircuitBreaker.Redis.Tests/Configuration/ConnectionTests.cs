using System.Net;
using System.Net.Sockets;
using Http.CircuitBreaker.Redis.Configuration;
using Http.CircuitBreaker.Redis.Backplane;
using Http.CircuitBreaker.Redis.Server;
using Http.CircuitBreaker.Redis.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Http.CircuitBreaker.Redis.Tests.Configuration;

/// <summary>Creation, use and disposal of the connection.</summary>
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
    public async Task Redis_connection_registered_by_the_application_is_used_and_not_disposed(Way way)
    {
        var server = await RedisServer.ShareAsync(ServerKind.Garnet);
        await using var connection = await ConnectionMultiplexer.ConnectAsync(server.Address);
        var services = new ServiceCollection();
        services.AddHttpClient("c").AddCircuitBreaker();
        _ = way switch
        {
            Way.Container => services.AddSingleton<IConnectionMultiplexer>(connection).AddCircuitBreakerRedis(),
            Way.Keyed => services.AddKeyedSingleton<IConnectionMultiplexer>("key", connection)
                .AddCircuitBreakerRedis(options => options.ServiceKey = "key"),
            _ => services.AddCircuitBreakerRedis(_ => Task.FromResult<IConnectionMultiplexer>(connection)),
        };
        await using (var provider = services.BuildServiceProvider())
        {
            _ = provider.GetRequiredService<ICircuitRegistry>();
            await Eventually.TrueAsync(() => provider.GetRequiredService<BackplaneMember>().Telemetry.IsConnected, "The member does not connect.");
        }

        Assert.True(connection.IsConnected);
        Assert.True((await connection.GetDatabase().PingAsync()) > TimeSpan.Zero);
    }

    [Fact]
    public async Task Subscription_is_removed_from_the_applications_Redis_connection_at_shutdown()
    {
        await using var fleet = await TestFleet.StartAsync(ServerKind.Garnet, 1, redis => redis.Quorum = 1);
        await using var connection = await ConnectionMultiplexer.ConnectAsync(fleet.Server.Address);
        var services = new ServiceCollection();
        services.AddHttpClient("c").AddCircuitBreaker();
        services.AddSingleton<IConnectionMultiplexer>(connection).AddCircuitBreakerRedis(options => options.Prefix = fleet.Prefix);
        var channel = new RedisKeys(fleet.Prefix).Channel;
        await using (var provider = services.BuildServiceProvider())
        {
            _ = provider.GetRequiredService<ICircuitRegistry>();
            await Eventually.TrueAsync(() => provider.GetRequiredService<BackplaneMember>().Telemetry.IsConnected, "The member does not connect.");
            Assert.Equal(2, await SubscribersAsync(connection, channel));
        }

        await Eventually.TrueAsync(async () => await SubscribersAsync(connection, channel) == 1, "The subscription is still there.");
    }

    [Fact]
    public async Task Connecting_is_retried_after_a_failure_but_not_while_an_attempt_is_in_progress()
    {
        var (calls, made) = (0, new TaskCompletionSource<IConnectionMultiplexer>(TaskCreationOptions.RunContinuationsAsynchronously));
        var services = new ServiceCollection();
        services.AddHttpClient("c").AddCircuitBreaker();
        services.AddCircuitBreakerRedis(_ =>
        {
            Interlocked.Increment(ref calls);
            return made.Task;
        });
        services.AddCircuitBreakerRedis(options => options.CommandTimeout = options.PollInterval = TimeSpan.FromMilliseconds(100));
        using var polls = new CommandCounter();
        await using var provider = services.BuildServiceProvider();
        _ = provider.GetRequiredService<ICircuitRegistry>();
        await Eventually.TrueAsync(() => polls.Of("poll") >= 3, "The member does not poll.");
        Assert.Equal(1, Volatile.Read(ref calls));

        // A failed connection is created again.
        made.SetException(new IOException("The network is down."));
        await Eventually.TrueAsync(() => Volatile.Read(ref calls) >= 3, "The member does not connect again.");
    }

    [Fact]
    public async Task Redis_connection_established_after_disposal_is_disposed()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        await using var services = new ServiceCollection().BuildServiceProvider();
        var address = $"127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port},connectTimeout=200,connectRetry=1";
        using var connection = new RedisConnection(services, Options.Create(new RedisCircuitOptions { Configuration = address }));
        var connecting = connection.ConnectAsync();
        Assert.False(connecting.IsCompleted);

        connection.Dispose();

        var made = await connecting.WaitAsync(TimeSpan.FromSeconds(30));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => made.GetDatabase().PingAsync());
    }

    [Fact]
    public async Task Registering_Redis_twice_has_the_same_effect_as_once()
    {
        var services = new ServiceCollection();
        services.AddHttpClient("c").AddCircuitBreaker();
        services.AddCircuitBreakerRedis("127.0.0.1:1").AddCircuitBreakerRedis("127.0.0.1:1");
        await using var provider = services.BuildServiceProvider();

        Assert.Single(provider.GetServices<ICircuitObserver>());
        Assert.Same(provider.GetServices<ICircuitObserver>().Single(), provider.GetRequiredService<IProbeLeases>());
    }

    private static async Task<long> SubscribersAsync(ConnectionMultiplexer connection, RedisChannel channel) =>
        await connection.GetServers()[0].SubscriptionSubscriberCountAsync(channel);
}
