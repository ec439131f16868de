using Http.CircuitBreaker.Redis.Server;
using Http.CircuitBreaker.Redis.Tests.Support;
using StackExchange.Redis;

namespace Http.CircuitBreaker.Redis.Tests.Scenarios;

/// <summary>The server loses its data, or a part of it. The instances report what holds again.</summary>
public sealed class DataLossTests
{
    private const int Rounds = 6;

    public static TheoryData<ServerKind, int> KindsAndCounts
    {
        get
        {
            var data = new TheoryData<ServerKind, int>();
            foreach (var kind in Servers.Kinds)
            {
                data.Add(kind, 1);
                data.Add(kind, 3);
            }

            return data;
        }
    }

    public static TheoryData<ServerKind> Kinds => [.. Servers.Kinds];

    [Theory]
    [MemberData(nameof(KindsAndCounts))]
    public async Task Instance_that_joins_after_FLUSHALL_still_applies_an_earlier_isolation(ServerKind kind, int instances)
    {
        await using var fleet = await TestFleet.StartAsync(kind, instances, Fast);
        await using var forger = await Forger.ConnectAsync(fleet);
        fleet[0].Registry.Isolate(Instance.Key, reason: "by hand");
        await fleet.AreAsync(CircuitState.Isolated);

        // FLUSHALL of Garnet is not atomic. During a report, it can remove the index and leave the record.
        await Eventually.TrueAsync(() => forger.Database.KeyExistsAsync(forger.Keys.Isolations), "The isolation is not reported.");

        for (var round = 0; round < Rounds; round++)
        {
            await fleet.Server.ExecuteAsync("FLUSHALL");
            await using var late = new Instance(fleet.Server.Address, fleet.Prefix, fleet.Host, Fast);

            await late.IsAsync(CircuitState.Isolated);
            Assert.Equal(("by hand", null), (late.Circuit!.IsolationReason, late.Circuit!.Until));
            await Eventually.TrueAsync(
                () => fleet.All.All(instance => instance.Logs("BackplaneDataLost").Count == round + 1), "The data loss is not logged once.");
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Isolation_is_kept_after_FLUSHALL_even_if_the_instance_that_set_it_has_stopped(ServerKind kind)
    {
        await using var fleet = await TestFleet.StartAsync(kind, 2, Fast);
        fleet[0].Registry.Isolate(Instance.Key, TimeSpan.FromHours(1), "until noon");
        await fleet.AreAsync(CircuitState.Isolated);
        fleet[0].Registry.Isolate(Instance.Key, TimeSpan.FromHours(9), "until tonight");
        await Eventually.TrueAsync(() => fleet[1].Circuit!.IsolationReason == "until tonight", "The isolation is not replaced.");
        using (var commands = new CommandCounter())
        {
            await Eventually.TrueAsync(() => commands.Of("poll") > 4, "The instances do not poll.");
        }

        await fleet[0].DisposeAsync();
        await fleet.Server.ExecuteAsync("FLUSHALL");
        await using var late = new Instance(fleet.Server.Address, fleet.Prefix, fleet.Host, Fast);

        await late.IsAsync(CircuitState.Isolated);
        Assert.Equal("until tonight", late.Circuit!.IsolationReason);
        Assert.InRange((late.Circuit.Until - late.Circuit.Since)!.Value.TotalHours, 8, 9);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Isolation_is_kept_if_the_server_restarts_without_its_data(ServerKind kind)
    {
        await using var fleet = await TestFleet.StartAsync(kind, 1, Fast, sharesServer: false);
        fleet[0].Registry.Isolate(Instance.Key);
        await fleet.AreAsync(CircuitState.Isolated);

        fleet.Server.Kill();
        await fleet.Server.StartAsync();
        await using var late = new Instance(fleet.Server.Address, fleet.Prefix, fleet.Host, Fast);

        await late.IsAsync(CircuitState.Isolated);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Isolation_is_kept_if_the_server_restores_an_older_copy_of_its_data(ServerKind kind)
    {
        await using var fleet = await TestFleet.StartAsync(kind, 2, Fast);
        var keys = new RedisKeys(fleet.Prefix);
        var version = await fleet.Server.ExecuteAsync("HGET", keys.Head, "version");
        fleet[0].Registry.Isolate(Instance.Key);
        await fleet.AreAsync(CircuitState.Isolated);

        await fleet.Server.ExecuteAsync("DEL", keys.Circuit(Instance.Key.Id), keys.Isolations, keys.Changes);
        await fleet.Server.ExecuteAsync("HSET", keys.Head, "version", (string)version!);
        await using var late = new Instance(fleet.Server.Address, fleet.Prefix, fleet.Host, Fast);

        await late.IsAsync(CircuitState.Isolated);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Reset_is_kept_if_the_server_restores_an_older_copy_of_its_data(ServerKind kind)
    {
        await using var fleet = await TestFleet.StartAsync(kind, 2, Fast);
        var keys = new RedisKeys(fleet.Prefix);
        fleet[0].Registry.Isolate(Instance.Key);
        await fleet.AreAsync(CircuitState.Isolated);
        await using var redis = await ConnectionMultiplexer.ConnectAsync(fleet.Server.Address + ",asyncTimeout=30000");
        var database = redis.GetDatabase();
        var copies = new Dictionary<RedisKey, HashEntry[]>();
        foreach (var key in (RedisKey[])[keys.Head, keys.Circuit(Instance.Key.Id)])
        {
            copies.Add(key, await database.HashGetAllAsync(key));
        }

        var index = await database.SortedSetRangeByRankWithScoresAsync(keys.Isolations);
        fleet[1].Registry.Reset(Instance.Key);
        await fleet.AreAsync(CircuitState.Closed);

        await database.SortedSetAddAsync(keys.Isolations, index);
        foreach (var (key, fields) in copies)
        {
            await database.KeyDeleteAsync(key);
            await database.HashSetAsync(key, fields);
        }

        await Eventually.TrueAsync(
            async () => await database.HashGetAsync(keys.Circuit(Instance.Key.Id), "reset") == "1", "The reset is not reported again.");
        await fleet.AreAsync(CircuitState.Closed);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task One_open_instance_does_not_form_a_quorum_after_the_server_has_lost_its_data(ServerKind kind)
    {
        // The others poll only if they receive a message.
        await using var fleet = await TestFleet.StartAsync(kind, 2, redis => redis.PollInterval = TimeSpan.FromMinutes(1));
        var voter = await fleet.AddAsync(Fast);
        await voter.OpenAsync();
        var record = new RedisKeys(fleet.Prefix).Circuit(Instance.Key.Id);
        await HasVoteAsync(fleet, record);

        await fleet.Server.ExecuteAsync("FLUSHALL");
        await HasVoteAsync(fleet, record);

        Assert.True((await fleet.Server.ExecuteAsync("HGET", record, "state")).IsNull);
        Assert.Equal(CircuitState.Closed, fleet[0].State);
        await fleet[1].OpenAsync();
        await fleet.AreAsync(CircuitState.Open);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Instance_with_a_long_poll_interval_still_counts_as_alive_between_its_polls(ServerKind kind)
    {
        var process = await RedisServer.ShareAsync(kind);
        await using var redis = await ConnectionMultiplexer.ConnectAsync(process.Address + ",asyncTimeout=30000");
        async Task<int> PollAsync(string instance, long aliveDuration)
        {
            await using var server = ScriptHarness.CreateServer(
                () => Task.FromResult<IConnectionMultiplexer>(redis), instance, "p", aliveDuration: aliveDuration);
            await server.ConnectAsync(default);
            return (await server.PollAsync(0, default)).Instances;
        }

        await PollAsync("slow", 180_000);
        await PollAsync("fast", 300);

        await Eventually.TrueAsync(
            async () => await process.ExecuteAsync("TIME") is var time && await PollAsync("third", 300) == 2, "The fast one does not expire.");
        Assert.Equal(2, await PollAsync("third", 300));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Forged_instance_entries_with_an_expiry_in_the_far_future_are_not_counted(ServerKind kind)
    {
        await using var harness = await ScriptHarness.StartAsync(kind);
        await harness.Database.SortedSetAddAsync(
            ScriptHarness.Keys.Instances, [.. Enumerable.Range(0, 1000).Select(i => new SortedSetEntry($"x{i}", double.PositiveInfinity))]);

        Assert.Equal(1, (await harness.PollAsync(0, 0)).Instances);
    }

    private static async Task HasVoteAsync(TestFleet fleet, RedisKey record) => await Eventually.TrueAsync(
        async () => (long)await fleet.Server.ExecuteAsync("HLEN", record) > 0, "The opening is not reported.");

    private static void Fast(RedisCircuitOptions redis) => redis.PollInterval = TimeSpan.FromMilliseconds(200);
}
