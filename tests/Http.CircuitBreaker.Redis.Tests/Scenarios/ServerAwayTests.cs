using Http.CircuitBreaker.Redis.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Http.CircuitBreaker.Redis.Tests.Scenarios;

/// <summary>Calls do not depend on the server.</summary>
public sealed class ServerAwayTests
{
    private static readonly TimeSpan _short = TimeSpan.FromMilliseconds(300);

    public static TheoryData<ServerKind> Kinds => [.. Servers.Kinds];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Circuits_work_locally_and_calls_are_not_delayed_if_the_Redis_server_hangs(ServerKind kind)
    {
        await using var fleet = await TestFleet.StartAsync(kind, 2, Fast, Brief, sharesServer: false);
        var before = Count(fleet, "BackplaneDisconnected");
        fleet.Server.Freeze();

        await fleet[0].OpenAsync();
        Assert.Equal(CircuitState.Open, fleet[0].State);
        fleet.Host.IsFailing = false;
        using (var pressure = new Pressure(fleet))
        {
            await fleet[0].IsAsync(CircuitState.Closed);
            await Eventually.TrueAsync(() => Count(fleet, "BackplaneDisconnected") == before + 2, "The disconnect is not logged.");
        }

        Assert.Equal(CircuitState.Closed, fleet[1].State);
        fleet.Server.Thaw();
        await Eventually.TrueAsync(() => Count(fleet, "BackplaneReconnected") == before + 2, "The reconnect is not logged.");

        // The opening is over, so it is not reported.
        Assert.All(fleet.All, instance => Assert.Equal(CircuitState.Closed, instance.State));
        Assert.Equal(before + 2, Count(fleet, "BackplaneDisconnected"));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Open_circuits_are_reported_again_after_the_server_has_lost_its_data(ServerKind kind)
    {
        await using var fleet = await TestFleet.StartAsync(kind, 2, Fast, sharesServer: false);
        await fleet[0].OpenAsync();
        await fleet[1].OpenAsync();
        var before = Count(fleet, "BackplaneDisconnected");
        fleet.Server.Kill();
        await Eventually.TrueAsync(() => Count(fleet, "BackplaneDisconnected") == before + 2, "The disconnect is not logged.");

        await fleet.Server.StartAsync();
        var late = await fleet.AddAsync();

        await late.IsAsync(CircuitState.Open);
        Assert.Equal(2, late.Circuit!.RemoteInstances);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Status_contains_the_number_of_instances_and_whether_the_Redis_server_answers(ServerKind kind)
    {
        await using var fleet = await TestFleet.StartAsync(kind, 2, Fast, Brief, sharesServer: false);
        var status = fleet[0].Services.GetRequiredService<ICircuitBackplaneStatus>();
        await Eventually.TrueAsync(() => status is { IsConnected: true, Instances: 2 }, "The two instances are not shown.");

        fleet.Server.Freeze();
        await Eventually.TrueAsync(() => !status.IsConnected, "The status is still connected.");
        fleet.Server.Thaw();
        await Eventually.TrueAsync(() => status.IsConnected, "The status is not connected again.");
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Instance_that_shuts_down_while_the_Redis_server_hangs_logs_no_disconnect(ServerKind kind)
    {
        await using var fleet = await TestFleet.StartAsync(kind, 4, redis => redis.PollInterval = _short, sharesServer: false);
        var before = Count(fleet, "BackplaneDisconnected");
        fleet.Server.Freeze();
        foreach (var instance in fleet.All)
        {
            // The opening is reported immediately, so a command is waiting for the server.
            await instance.OpenAsync();
            await instance.DisposeAsync();
        }

        Assert.Equal(before, Count(fleet, "BackplaneDisconnected"));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Redis_server_that_starts_later_than_the_instance_is_used(ServerKind kind)
    {
        using var host = new Host();
        using var server = RedisServer.Absent(kind);
        await using var instance = new Instance(server.Address, "p", host, Alone);
        await Eventually.TrueAsync(() => instance.Logs("BackplaneDisconnected").Count == 1, "The disconnect is not logged.");
        Assert.Equal(200, await instance.CallAsync());
        await instance.OpenAsync();
        Assert.Equal(503, await instance.CallAsync());
        Assert.Empty(instance.Logs("BackplaneJoined"));

        await server.StartAsync();
        await instance.JoinedAsync();
        await using var other = new Instance(server.Address, "p", host, Alone);
        await other.CallAsync();

        await other.IsAsync(CircuitState.Open);
        Assert.Single(instance.Logs("BackplaneDisconnected"));
        await instance.LogAsync("BackplaneReconnected");
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Isolation_that_was_reset_while_Redis_was_unreachable_does_not_return(ServerKind kind)
    {
        using var host = new Host();
        using var server = RedisServer.Absent(kind);
        await using var instance = new Instance(server.Address, "p", host, Frequent);
        await using var other = new Instance(server.Address, "p", host, Frequent);
        await Task.WhenAll(instance.CallAsync(), other.CallAsync());
        var keys = Enumerable.Range(0, 30).Select(i => CircuitKey.FromUri("c", new Uri($"http://host-{i}/"))).ToList();
        foreach (var key in keys)
        {
            instance.Registry.Isolate(key);
        }

        // A third of the resets happen before the isolations are reported, the others while they are reported.
        foreach (var key in keys.Take(10))
        {
            instance.Registry.Reset(key);
        }

        await server.StartAsync();
        await instance.JoinedAsync();
        foreach (var key in keys.Skip(10))
        {
            instance.Registry.Reset(key);
        }

        // A reset that was made while its isolation was being reported is reported last, so the other instance may briefly be isolated.
        await other.JoinedAsync();
        await IsolateOnBothAsync("http://first/");
        await Eventually.TrueAsync(
            () => keys.TrueForAll(key => other.Registry.Find(key) is not { State: CircuitState.Isolated }), "A reset does not arrive.");

        // This isolation arrives after all earlier changes.
        await IsolateOnBothAsync("http://last/");
        Assert.All(keys, key => Assert.Equal(CircuitState.Closed, instance.Registry.Find(key)!.State));
        Assert.All(keys, key => Assert.NotEqual(CircuitState.Isolated, other.Registry.Find(key)?.State));

        async Task IsolateOnBothAsync(string url)
        {
            var key = CircuitKey.FromUri("c", new Uri(url));
            instance.Registry.Isolate(key);
            await Eventually.TrueAsync(() => other.Registry.Find(key) is { State: CircuitState.Isolated }, "The isolation does not arrive.");
        }
    }

    [Theory]
    [InlineData("127.0.0.1:1,noSuchSetting=1")]
    [InlineData("127.0.0.1:1,defaultDatabase=x")]
    public async Task Malformed_connection_string_causes_one_logged_error_and_calls_continue(string configuration)
    {
        using var host = new Host();
        await using var instance = new Instance(configuration, "p", host, Fast);
        await Eventually.TrueAsync(() => instance.Logs("BackplaneMisconfigured").Count == 1, "The error is not logged.");

        Assert.Equal(200, await instance.CallAsync());
        await instance.OpenAsync();
        Assert.Equal(CircuitState.Open, instance.State);
        Assert.Single(instance.Logs("BackplaneMisconfigured"));
    }

    [Fact]
    public async Task Redis_server_that_refuses_scripts_causes_one_logged_error_and_calls_continue()
    {
        using var server = await RedisServer.StartAsync(ServerKind.Garnet, withScripts: false);
        using var host = new Host();
        await using var instance = new Instance(server.Address, "p", host, redis => redis.PollInterval = _short);
        await Eventually.TrueAsync(() => instance.Logs("BackplaneMisconfigured").Count == 1, "The error is not logged.");

        Assert.Equal(200, await instance.CallAsync());
        Assert.Single(instance.Logs("BackplaneMisconfigured"));
        Assert.Empty(instance.Logs("BackplaneDisconnected"));
    }

    [Fact]
    public async Task Circuits_are_still_shared_if_the_logger_throws()
    {
        var server = await RedisServer.ShareAsync(ServerKind.Garnet);
        var services = new ServiceCollection().AddSingleton<ILoggerFactory>(new ThrowingLoggers()).AddCircuitBreakerRedis(server.Address);
        services.AddHttpClient("c").AddCircuitBreaker();
        await using var provider = services.BuildServiceProvider();
        using var commands = new CommandCounter();
        _ = provider.GetRequiredService<ICircuitRegistry>();

        // The first poll logs that the instance has joined.
        await Eventually.TrueAsync(() => commands.Of("poll") >= 3, "The instance does not poll again.");
    }

    [Fact]
    public void Redis_server_executable_is_available_in_continuous_integration() =>
        Assert.True(Servers.HasRedis || Environment.GetEnvironmentVariable("CI") is null, Servers.HowToGetRedis);

    private static int Count(TestFleet fleet, string eventName) => fleet.All.Sum(instance => instance.Logs(eventName).Count);

    private static void Fast(RedisCircuitOptions redis) => (redis.PollInterval, redis.CommandTimeout) = (_short, TimeSpan.FromSeconds(1));

    private static void Frequent(RedisCircuitOptions redis) =>
        (redis.PollInterval, redis.CommandTimeout) = (TimeSpan.FromSeconds(0.1), TimeSpan.FromSeconds(0.5));

    private static void Alone(RedisCircuitOptions redis)
    {
        Fast(redis);
        redis.Quorum = 1;
    }

    private static void Brief(CircuitBreakerOptions circuits) => circuits.BreakDuration = TimeSpan.FromMilliseconds(500);

    private sealed class ThrowingLoggers : ILoggerFactory, ILogger
    {
        public void AddProvider(ILoggerProvider provider)
        {
        }

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            throw new InvalidOperationException("The logger is broken.");

        public void Dispose()
        {
        }
    }
}
