using Http.CircuitBreaker.Redis.Tests.Support;

namespace Http.CircuitBreaker.Redis.Tests.Scenarios;

/// <summary>Instances whose clocks differ.</summary>
public sealed class ClockTests
{
    private static readonly TimeSpan _skew = TimeSpan.FromSeconds(30);

    public static TheoryData<ServerKind> Kinds => [.. Servers.Kinds];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Circuits_are_shared_even_if_clocks_differ_by_a_minute(ServerKind kind)
    {
        await using var fleet = await TestFleet.StartAsync(kind, 0);
        var ahead = await fleet.AddAsync(One, time: new SkewedClock(_skew));
        var right = await fleet.AddAsync(One);
        var behind = await fleet.AddAsync(One, time: new SkewedClock(-_skew));

        await ahead.OpenAsync();
        await fleet.AreAsync(CircuitState.Open);
        var end = right.Circuit!.Until!.Value;
        Assert.InRange((ahead.Circuit!.Until!.Value - _skew - end).TotalSeconds, -10, 10);
        Assert.InRange((behind.Circuit!.Until!.Value + _skew - end).TotalSeconds, -10, 10);

        // By the instances' clocks, the reset is a minute older than the opening.
        behind.Registry.Reset(Instance.Key);
        await fleet.AreAsync(CircuitState.Closed);

        await behind.OpenAsync();
        await fleet.AreAsync(CircuitState.Open);
        ahead.Registry.Isolate(Instance.Key, TimeSpan.FromMinutes(10));
        await fleet.AreAsync(CircuitState.Isolated);
        behind.Registry.Reset(Instance.Key);
        await fleet.AreAsync(CircuitState.Closed);
    }

    private static void One(RedisCircuitOptions redis) => redis.Quorum = 1;
}
