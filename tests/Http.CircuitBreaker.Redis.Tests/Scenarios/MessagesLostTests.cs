using Http.CircuitBreaker.Redis.Protocol;
using Http.CircuitBreaker.Redis.Server;
using Http.CircuitBreaker.Redis.Tests.Support;
using StackExchange.Redis;

namespace Http.CircuitBreaker.Redis.Tests.Scenarios;

/// <summary>Messages are a hint and the keys are the truth: whoever heard nothing still learns it.</summary>
public sealed class MessagesLostTests
{
    public static TheoryData<ServerKind> Kinds => [.. Servers.Kinds];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Who_hears_no_message_finds_out_with_the_next_look(ServerKind kind)
    {
        await using var fleet = await TestFleet.StartAsync(kind, 1, redis => redis.Quorum = 1);
        using var wire = new Wire(fleet.Server);
        var deaf = await fleet.AddAsync(address: wire.Address);
        wire.IsMute = true;

        await fleet[0].OpenAsync();
        await deaf.IsAsync(CircuitState.Open);
        fleet[0].Registry.Reset(Instance.Key);
        await deaf.IsAsync(CircuitState.Closed);

        Assert.True(wire.Swallowed >= 2, "The messages have arrived.");
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Who_tried_to_listen_in_vain_hears_each_message_once(ServerKind kind)
    {
        using var process = RedisServer.Absent(kind);
        await using var redis = await ConnectionMultiplexer.ConnectAsync(process.Address + ",abortConnect=false,connectTimeout=500,asyncTimeout=500");
        await using var server = new RedisBackplaneServer(() => Task.FromResult<IConnectionMultiplexer>(redis), "p", new BackplaneIdentity("i", 1, 60_000));
        var messages = 0;
        server.PollNeeded += () => Interlocked.Increment(ref messages);
        for (var i = 0; i < 3; i++)
        {
            await Assert.ThrowsAnyAsync<RedisException>(() => server.ConnectAsync(default));
        }

        await process.StartAsync();
        await Eventually.TrueAsync(async () => await Record.ExceptionAsync(() => server.ConnectAsync(default)) is null, "It does not connect.");

        // Besides messages, the restored connections are reported, before the first command is answered or never.
        await server.PollAsync(0, default);
        var before = Volatile.Read(ref messages);
        for (var sequence = 1; sequence <= 2; sequence++)
        {
            await server.SendAsync(new ReportCommand(Instance.Key, ReportKind.Isolated, sequence, Since: sequence, Until: 0), default);
        }

        // A subscription of its own gets the same messages in the same order.
        await Eventually.TrueAsync(() => Volatile.Read(ref messages) >= before + 2, "The messages do not arrive.");
        Assert.Equal(before + 2, Volatile.Read(ref messages));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Who_was_cut_off_looks_as_soon_as_the_connection_is_back(ServerKind kind)
    {
        await using var fleet = await TestFleet.StartAsync(kind, 1, redis => redis.Quorum = 1);
        using var wire = new Wire(fleet.Server);

        // The next look of its own would come when this test has long given up.
        var late = await fleet.AddAsync(redis => redis.PollInterval = TimeSpan.FromMinutes(1), address: wire.Address);
        wire.IsMute = true;
        await fleet[0].OpenAsync();
        await Eventually.TrueAsync(() => wire.Swallowed > 0, "There is no message to miss.");
        Assert.Equal(CircuitState.Closed, late.State);

        wire.IsMute = false;
        wire.CutSubscriptions();

        await late.IsAsync(CircuitState.Open);
        Assert.True(wire.Subscriptions >= 2, "It has not subscribed again.");
    }
}
