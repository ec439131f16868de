using Http.CircuitBreaker.Redis.Protocol;
using Http.CircuitBreaker.Redis.Tests.Support;
using StackExchange.Redis;

namespace Http.CircuitBreaker.Redis.Tests.Scenarios;

/// <summary>Changes arrive also without messages.</summary>
public sealed class MessagesLostTests
{
    public static TheoryData<ServerKind> Kinds => [.. Servers.Kinds];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Instance_without_messages_applies_changes_at_its_next_poll(ServerKind kind)
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
    public async Task Message_is_handled_once_after_failed_subscriptions(ServerKind kind)
    {
        using var process = RedisServer.Absent(kind);
        var configuration = process.Address + ",abortConnect=false,connectTimeout=500,asyncTimeout=500";
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

        // Restored connections raise the event too, so count from here.
        await server.PollAsync(0, default);
        var before = Volatile.Read(ref messages);
        for (var since = 1; since <= 2; since++)
        {
            await server.SendAsync(new ReportCommand(Instance.Key, ReportKind.Isolated, since), default);
        }

        await Eventually.TrueAsync(() => Volatile.Read(ref messages) >= before + 2, "The messages do not arrive.");
        Assert.Equal(before + 2, Volatile.Read(ref messages));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Instance_polls_when_its_connection_is_restored(ServerKind kind)
    {
        await using var fleet = await TestFleet.StartAsync(kind, 1, redis => redis.Quorum = 1);
        using var relay = new NetworkRelay(fleet.Server);

        // Longer than this test waits.
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
