using Http.CircuitBreaker.Redis.Tests.Support;

namespace Http.CircuitBreaker.Redis.Tests.Scenarios;

/// <summary>An isolation or a reset on one instance applies to all.</summary>
public sealed class ControlTests
{
    public static TheoryData<ServerKind> Kinds => [.. Servers.Kinds];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Isolation_and_reset_apply_to_running_instances_and_to_those_that_join_later(ServerKind kind)
    {
        await using var fleet = await TestFleet.StartAsync(kind, 2);

        fleet[0].Registry.Isolate(Instance.Key, reason: "maintenance: \"ü\"\n{x}");
        var late = await fleet.AddAsync();
        await fleet.AreAsync(CircuitState.Isolated);
        Assert.All(
            fleet.All,
            instance => Assert.Equal(("maintenance: \"ü\"\n{x}", null), (instance.Circuit!.IsolationReason, instance.Circuit!.Until)));
        Assert.Contains("on another instance", (await late.LogAsync("CircuitIsolated")).Message, StringComparison.Ordinal);

        late.Registry.Reset(Instance.Key);
        await fleet.AreAsync(CircuitState.Closed);
        Assert.Equal(200, await fleet[0].CallAsync());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Isolation_without_an_end_applies_to_new_instances_even_after_years(ServerKind kind)
    {
        await using var fleet = await TestFleet.StartAsync(kind, 1);
        await using var earlier = await Forger.ConnectAsync(fleet);
        var isolatedAt = await earlier.TimeAsync() - (1_000L * 24 * 3_600_000);

        await earlier.WriteAsync(Instance.Key, ("state", "Isolated"), ("at", $"{isolatedAt}"), ("ends", "0"));

        await fleet.AddAsync();
        await fleet.AreAsync(CircuitState.Isolated);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Timed_isolation_ends_on_all_instances(ServerKind kind)
    {
        await using var fleet = await TestFleet.StartAsync(kind, 3);

        fleet[0].Registry.Isolate(Instance.Key, TimeSpan.FromSeconds(2), "short");
        await fleet.AreAsync(CircuitState.Isolated);

        using var pressure = new Pressure(fleet);
        await fleet.AreAsync(CircuitState.Closed);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task New_isolation_replaces_the_earlier_one_on_all_instances(ServerKind kind)
    {
        await using var fleet = await TestFleet.StartAsync(kind, 3, redis => redis.PollInterval = TimeSpan.FromMilliseconds(200));
        fleet[0].Registry.Isolate(Instance.Key, TimeSpan.FromMinutes(10), "until noon");
        await fleet.AreAsync(CircuitState.Isolated);
        using var commands = new CommandCounter();
        await PollAsync(fleet, commands);
        var before = commands.Of("report");

        fleet[1].Registry.Isolate(Instance.Key, TimeSpan.FromHours(10), "until tonight");
        await Eventually.TrueAsync(
            () => fleet.All.All(instance => instance.Circuit!.IsolationReason == "until tonight"), "Not all apply it.");
        Assert.All(fleet.All, instance => Assert.True(instance.Circuit!.Until - instance.Circuit.Since > TimeSpan.FromHours(9)));

        fleet[2].Registry.Isolate(Instance.Key, duration: null, "for good");
        await Eventually.TrueAsync(
            () => fleet.All.All(instance => instance.Circuit is { IsolationReason: "for good", Until: null }), "Not all apply it.");

        // An instance does not report an isolation that it applied.
        await PollAsync(fleet, commands);
        Assert.Equal(before + 2, commands.Of("report"));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Reset_closes_the_circuit_on_all_instances(ServerKind kind)
    {
        await using var fleet = await TestFleet.StartAsync(kind, 2, redis => redis.Quorum = 1);
        await fleet[0].OpenAsync();
        await fleet.AreAsync(CircuitState.Open);

        fleet[1].Registry.Reset(Instance.Key);

        await fleet.AreAsync(CircuitState.Closed);
    }

    // Each instance polls several times.
    private static async Task PollAsync(TestFleet fleet, CommandCounter commands)
    {
        var before = commands.Of("poll");
        await Eventually.TrueAsync(() => commands.Of("poll") >= before + (5 * fleet.All.Count), "The instances do not poll.");
    }
}
