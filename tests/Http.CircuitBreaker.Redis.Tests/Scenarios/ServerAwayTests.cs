using Http.CircuitBreaker.Redis.Tests.Support;

namespace Http.CircuitBreaker.Redis.Tests.Scenarios;

/// <summary>Nobody's calls depend on the server.</summary>
public sealed class ServerAwayTests
{
    private static readonly TimeSpan _short = TimeSpan.FromMilliseconds(300);

    public static TheoryData<ServerKind> Kinds => [.. Servers.Kinds];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_server_that_hangs_holds_up_no_call_and_circuits_decide_alone(ServerKind kind)
    {
        await using var fleet = await TestFleet.StartAsync(kind, 2, Fast, Brief);
        var before = Count(fleet, "BackplaneAway");
        fleet.Server.Freeze();

        await fleet[0].OpenAsync();
        Assert.Equal(CircuitState.Open, fleet[0].State);
        fleet.Host.IsFailing = false;
        using (var pressure = new Pressure(fleet))
        {
            await fleet[0].IsAsync(CircuitState.Closed);
            await Eventually.TrueAsync(() => Count(fleet, "BackplaneAway") == before + 2, "Nobody says that the server is away.");
        }

        Assert.Equal(CircuitState.Closed, fleet[1].State);
        fleet.Server.Thaw();
        await Eventually.TrueAsync(() => Count(fleet, "BackplaneBack") == before + 2, "Nobody says that the server is back.");

        // What was said to it meanwhile is old by now.
        Assert.All(fleet.All, instance => Assert.Equal(CircuitState.Closed, instance.State));
        Assert.Equal(before + 2, Count(fleet, "BackplaneAway"));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_server_that_comes_back_empty_hears_again_what_holds(ServerKind kind)
    {
        await using var fleet = await TestFleet.StartAsync(kind, 2, Fast);
        await fleet[0].OpenAsync();
        await fleet[1].OpenAsync();
        var before = Count(fleet, "BackplaneAway");
        fleet.Server.Kill();
        await Eventually.TrueAsync(() => Count(fleet, "BackplaneAway") == before + 2, "Nobody says that the server is away.");

        await fleet.Server.StartAsync();
        var late = await fleet.AddAsync();

        await late.IsAsync(CircuitState.Open);
        Assert.Equal(2, late.Circuit!.RemoteInstances);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_server_that_is_not_there_at_the_start_is_used_when_it_comes(ServerKind kind)
    {
        using var host = new Host();
        using var server = RedisServer.Absent(kind);
        await using var instance = new Instance(server.Address, "p", host, Alone);
        await Eventually.TrueAsync(() => instance.Logs("BackplaneAway").Count == 1, "Nobody says that the server is away.");
        Assert.Equal(200, await instance.CallAsync());
        await instance.OpenAsync();
        Assert.Equal(503, await instance.CallAsync());
        Assert.Empty(instance.Logs("BackplaneJoined"));

        await server.StartAsync();
        await instance.JoinedAsync();
        await using var other = new Instance(server.Address, "p", host, Alone);

        await other.IsAsync(CircuitState.Open);
        Assert.Single(instance.Logs("BackplaneAway"));
        Assert.Single(instance.Logs("BackplaneBack"));
    }

    [Theory]
    [InlineData("127.0.0.1:1,noSuchSetting=1")]
    [InlineData("127.0.0.1:1,defaultDatabase=x")]
    public async Task A_wrong_connection_string_is_one_error_and_no_failed_call(string configuration)
    {
        using var host = new Host();
        await using var instance = new Instance(configuration, "p", host, Fast);
        await Eventually.TrueAsync(() => instance.Logs("BackplaneMisconfigured").Count == 1, "Nobody says what is wrong.");

        Assert.Equal(200, await instance.CallAsync());
        await instance.OpenAsync();
        Assert.Equal(CircuitState.Open, instance.State);
        Assert.Single(instance.Logs("BackplaneMisconfigured"));
    }

    [Fact]
    public async Task A_server_that_refuses_scripts_is_one_error_and_no_failed_call()
    {
        using var server = await RedisServer.StartAsync(ServerKind.Garnet, withScripts: false);
        using var host = new Host();
        await using var instance = new Instance(server.Address, "p", host, redis => redis.PollInterval = _short);
        await Eventually.TrueAsync(() => instance.Logs("BackplaneRefused").Count == 1, "Nobody says that scripts are refused.");

        Assert.Equal(200, await instance.CallAsync());
        Assert.Single(instance.Logs("BackplaneRefused"));
        Assert.Empty(instance.Logs("BackplaneAway"));
    }

    [Fact]
    public void In_CI_there_is_a_redis_server_too() =>
        Assert.True(Servers.HasRedis || Environment.GetEnvironmentVariable("CI") is null, Servers.HowToGetRedis);

    private static int Count(TestFleet fleet, string eventName) => fleet.All.Sum(instance => instance.Logs(eventName).Count);

    private static void Fast(RedisCircuitOptions redis) => (redis.PollInterval, redis.CommandTimeout) = (_short, TimeSpan.FromSeconds(1));

    private static void Alone(RedisCircuitOptions redis)
    {
        Fast(redis);
        redis.Quorum = 1;
    }

    private static void Brief(CircuitBreakerOptions circuits) => circuits.BreakDuration = TimeSpan.FromMilliseconds(500);
}
