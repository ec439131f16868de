using Http.CircuitBreaker.Redis.Server;
using Http.CircuitBreaker.Redis.Tests.Support;
using StackExchange.Redis;

namespace Http.CircuitBreaker.Redis.Tests.Scenarios;

/// <summary>Instances also receive changes if messages are lost.</summary>
public sealed class MessagesLostTests
{
    private const int Messages = 20;

    public static TheoryData<ServerKind> Kinds => [.. Servers.Kinds];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Instance_that_receives_no_messages_applies_changes_at_its_next_poll(ServerKind kind)
    {
        await using var fleet = await TestFleet.StartAsync(kind, 1, redis => redis.Quorum = 1);
        using var relay = new NetworkRelay(fleet.Server);
        var muted = await fleet.AddAsync(address: relay.Address);
        relay.IsMute = true;

        await fleet[0].OpenAsync();
        await muted.IsAsync(CircuitState.Open);
        fleet[0].Registry.Reset(Instance.Key);
        await muted.IsAsync(CircuitState.Closed);

        Assert.True(relay.Swallowed >= 2, "The messages were not swallowed.");
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Each_message_causes_only_one_poll_even_after_several_failed_subscriptions(ServerKind kind)
    {
        using var process = RedisServer.Absent(kind);
        var configuration = ConfigurationOptions.Parse(process.Address + ",abortConnect=false,connectTimeout=500,asyncTimeout=500");
        (configuration.ReconnectRetryPolicy, configuration.BacklogPolicy) = (new LinearRetry(200), BacklogPolicy.FailFast);
        await using var redis = await ConnectionMultiplexer.ConnectAsync(configuration);
        await using var server = ScriptHarness.CreateServer(() => Task.FromResult<IConnectionMultiplexer>(redis), "i", "p");
        var messages = 0;
        server.PollNeeded += () => Interlocked.Increment(ref messages);
        for (var i = 0; i < 3; i++)
        {
            await Assert.ThrowsAnyAsync<RedisException>(() => server.ConnectAsync(default));
        }

        await process.StartAsync();
        await Eventually.TrueAsync(
            async () => await Record.ExceptionAsync(() => server.ConnectAsync(default)) is null, "The server does not connect.");

        // This handler runs after those of the failed and the successful subscriptions.
        var arrived = 0;
        await redis.GetSubscriber().SubscribeAsync(new RedisKeys("p").Channel, (_, _) => Interlocked.Increment(ref arrived));
        var before = Volatile.Read(ref messages);
        await using var publisher = await ConnectionMultiplexer.ConnectAsync(process.Address + ",asyncTimeout=30000");
        for (var i = 0; i < Messages; i++)
        {
            await publisher.GetSubscriber().PublishAsync(new RedisKeys("p").Channel, "poll");
        }

        // Restored connections also raise the event a few times.
        await Eventually.TrueAsync(() => Volatile.Read(ref arrived) == Messages, "The messages do not arrive.");
        Assert.InRange(Volatile.Read(ref messages) - before, Messages, Messages + 9);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Instance_polls_Redis_when_its_connection_is_restored(ServerKind kind)
    {
        await using var fleet = await TestFleet.StartAsync(kind, 1, redis => redis.Quorum = 1);
        using var relay = new NetworkRelay(fleet.Server);

        // The interval is longer than this test runs.
        var late = await fleet.AddAsync(redis => redis.PollInterval = TimeSpan.FromMinutes(1), address: relay.Address);
        relay.IsMute = true;
        await fleet[0].OpenAsync();
        await Eventually.TrueAsync(() => relay.Swallowed > 0, "No message is sent.");
        Assert.Equal(CircuitState.Closed, late.State);

        relay.IsMute = false;
        relay.CutSubscriptions();

        await late.IsAsync(CircuitState.Open);
        Assert.True(relay.Subscriptions >= 2, "The instance has not subscribed again.");
    }
}
