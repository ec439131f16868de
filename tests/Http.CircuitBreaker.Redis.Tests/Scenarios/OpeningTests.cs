using Http.CircuitBreaker.Redis.Server;
using Http.CircuitBreaker.Redis.Tests.Support;
using StackExchange.Redis;

namespace Http.CircuitBreaker.Redis.Tests.Scenarios;

/// <summary>A circuit opens on all instances after enough of them have opened it.</summary>
public sealed class OpeningTests
{
    public static TheoryData<ServerKind> Kinds => [.. Servers.Kinds];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Instance_rejects_calls_after_another_instance_opened_the_circuit(ServerKind kind)
    {
        await using var fleet = await TestFleet.StartAsync(kind, 2, redis => redis.Quorum = 1);

        var before = fleet.Host.Calls;
        await fleet[0].OpenAsync();
        await fleet[1].IsAsync(CircuitState.Open);

        Assert.Equal(before + 4, fleet.Host.Calls);
        Assert.Equal(503, await fleet[1].CallAsync());
        Assert.Equal(before + 4, fleet.Host.Calls);
        Assert.Equal((1, "500"), (fleet[1].Circuit!.RemoteInstances, fleet[1].Circuit!.LastFailureReason));
        Assert.Equal(0, fleet[0].Circuit!.RemoteInstances);
        Assert.InRange((fleet[1].Circuit!.Until - fleet[0].Circuit!.Until)!.Value.TotalSeconds, -1, 1);
        Assert.Contains("opened: 1 other instance reported failures (HTTP 500)", (await fleet[1].LogAsync("CircuitOpenedRemotely")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Circuit_opens_on_all_ten_instances_when_it_has_opened_on_four(ServerKind kind)
    {
        await using var fleet = await TestFleet.StartAsync(kind, 10);
        using var commands = new CommandCounter();

        await fleet[0].OpenAsync();
        await fleet[1].OpenAsync();
        await fleet[2].OpenAsync();
        await Eventually.TrueAsync(() => commands.Of("report") >= 3, "Not all openings were reported.");
        var polls = commands.Of("poll");
        await Eventually.TrueAsync(() => commands.Of("poll") >= polls + 20, "The instances do not poll.");
        Assert.All(fleet.All.Skip(3), instance => Assert.Equal(CircuitState.Closed, instance.State));

        // A third of ten, rounded up.
        await fleet[3].OpenAsync();
        await fleet.AreAsync(CircuitState.Open);
        Assert.Equal(4, fleet[9].Circuit!.RemoteInstances);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Retry_After_opens_the_circuit_on_all_instances_without_a_quorum(ServerKind kind)
    {
        await using var fleet = await TestFleet.StartAsync(
            kind, 3, redis => redis.Quorum = 3, circuits => circuits.BreakDuration = TimeSpan.FromSeconds(1));
        fleet.Host.RetryAfter = TimeSpan.FromSeconds(20);

        await fleet[0].OpenAsync();

        await fleet.AreAsync(CircuitState.Open);
        Assert.All(fleet.All, instance => Assert.True(instance.Circuit!.Until - instance.Circuit.Since > TimeSpan.FromSeconds(10)));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Open_circuit_also_opens_on_an_instance_that_joins_later(ServerKind kind)
    {
        await using var fleet = await TestFleet.StartAsync(kind, 1);
        await fleet[0].OpenAsync();
        await ReportedAsync(fleet);

        var late = await fleet.AddAsync();

        await late.IsAsync(CircuitState.Open);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Instances_with_different_prefixes_do_not_share_circuits(ServerKind kind)
    {
        await using var fleet = await TestFleet.StartAsync(kind, 1);
        await using var other = new Instance(fleet.Server.Address, "other", fleet.Host);
        await other.JoinedAsync();
        await fleet[0].OpenAsync();
        await ReportedAsync(fleet);
        var second = await fleet.AddAsync();
        await second.IsAsync(CircuitState.Open);

        Assert.Equal(CircuitState.Closed, other.State);
    }

    // The report of a single instance is enough, so wait for it before another instance joins.
    private static async Task ReportedAsync(TestFleet fleet)
    {
        using var redis = await ConnectionMultiplexer.ConnectAsync(fleet.Server.Address);
        var record = new RedisKeys(fleet.Prefix).Circuit(Instance.Key.Id);
        await Eventually.TrueAsync(async () => await redis.GetDatabase().KeyExistsAsync(record), "The opening is not reported.");
    }
}
