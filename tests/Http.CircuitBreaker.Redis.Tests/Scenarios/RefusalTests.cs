using System.Diagnostics.Metrics;
using Http.CircuitBreaker.Redis.Server;
using Http.CircuitBreaker.Redis.Telemetry;
using Http.CircuitBreaker.Redis.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using StackExchange.Redis;

namespace Http.CircuitBreaker.Redis.Tests.Scenarios;

/// <summary>The server refuses commands. The cause is logged once as an error, with what to do, and calls continue.</summary>
public sealed class RefusalTests
{
    // Long enough that an error per poll or per second would be seen.
    private const int Polls = 12;

    private static readonly RedisKey _head = new RedisKeys("p").Head;

    // The code of the error, a part of the advice, and the commands that cause it and end it.
    public static TheoryData<string, string, string[], string[]> Refusals => new()
    {
        { "OOM", "maxmemory", ["CONFIG SET maxmemory 1"], ["CONFIG SET maxmemory 0"] },
        { "READONLY", "primary", ["REPLICAOF 127.0.0.1 1"], ["REPLICAOF NO ONE"] },
        { "WRONGTYPE", "Prefix", [$"DEL {_head}", $"SET {_head} x"], [$"DEL {_head}"] },
        { "NOPERM", "permissions", ["ACL SETUSER app -eval -evalsha"], ["ACL SETUSER app +eval +evalsha"] },
        { "NOPERM", "permissions", ["ACL SETUSER app -zadd"], ["ACL SETUSER app +zadd"] },
        { "NOPERM", "permissions", ["ACL SETUSER app resetkeys ~other"], ["ACL SETUSER app ~*"] },
    };

    [RedisTheory]
    [MemberData(nameof(Refusals))]
    public async Task Commands_that_Redis_refuses_are_logged_once_with_the_cause_and_once_when_they_work_again(
        string code, string advice, string[] cause, string[] end)
    {
        using var server = await RedisServer.StartAsync(ServerKind.Redis);
        await server.ExecuteAsync("ACL", "SETUSER", "app", "on", ">pw", "~*", "&*", "+@all");
        using var host = new Host();
        await using var instance = new Instance($"{server.Address},user=app,password=pw", "p", host, Fast);
        await instance.JoinedAsync();
        var before = ConnectionLogs(instance);
        using var commands = new CommandCounter();

        await ExecuteAsync(server, cause);
        await Eventually.TrueAsync(() => instance.Logs("BackplaneMisconfigured").Count == 1, "The error is not logged.");
        await instance.OpenAsync();
        Assert.Equal(CircuitState.Open, instance.State);
        await Eventually.TrueAsync(() => commands.Failed(code) >= Polls, $"The commands do not fail with {code}.");

        var log = Assert.Single(instance.Logs("BackplaneMisconfigured"));
        Assert.Equal(LogLevel.Error, log.Level);
        Assert.Contains(advice, log.Message, StringComparison.Ordinal);
        Assert.Equal(before, ConnectionLogs(instance));

        await ExecuteAsync(server, end);
        await Eventually.TrueAsync(() => ConnectionLogs(instance) == before + 1, "The end is not logged.");
        Assert.Single(instance.Logs("BackplaneMisconfigured"));
    }

    [RedisTheory]
    [InlineData("user=app,password=wrong")]
    [InlineData("password=wrong")]
    [InlineData("")]
    public async Task Wrong_Redis_credentials_are_logged_once(string credentials)
    {
        using var server = await RedisServer.StartAsync(ServerKind.Redis);
        await ExecuteAsync(server, ["ACL SETUSER app on >pw ~* &* +@all", "ACL SETUSER admin on >pw ~* &* +@all", "CONFIG SET requirepass x"]);
        using var host = new Host();
        using var commands = new CommandCounter();
        await using var instance = new Instance($"{server.Address},{credentials}", "p", host, Fast);

        await Eventually.TrueAsync(() => instance.Logs("BackplaneMisconfigured").Count > 0, "The error is not logged.");
        var before = commands.Of("poll");
        await Eventually.TrueAsync(() => commands.Of("poll") >= before + Polls, "The instance does not poll.");

        Assert.Contains("password", Assert.Single(instance.Logs("BackplaneMisconfigured")).Message, StringComparison.Ordinal);
        Assert.Equal(200, await instance.CallAsync());
    }

    [RedisFact]
    public async Task Refusal_of_one_kind_of_Redis_command_is_logged_once_although_polls_succeed()
    {
        using var server = await RedisServer.StartAsync(ServerKind.Redis);
        await server.ExecuteAsync("ACL", "SETUSER", "app", "on", ">pw", "~*", "&*", "+@all", "-del");
        using var host = new Host();
        await using var instance = new Instance($"{server.Address},user=app,password=pw", "p", host, Fast);
        await instance.JoinedAsync();
        var before = ConnectionLogs(instance);
        using var commands = new CommandCounter();

        instance.Registry.Isolate(Instance.Key);

        await Eventually.TrueAsync(() => commands.Failed("NOPERM") >= Polls, "The reports do not fail.");
        Assert.Single(instance.Logs("BackplaneMisconfigured"));
        Assert.Equal(before, ConnectionLogs(instance));
        await server.ExecuteAsync("ACL", "SETUSER", "app", "+del");
        await Eventually.TrueAsync(() => ConnectionLogs(instance) == before + 1, "The end is not logged.");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Shutdown_logs_no_error_even_if_the_Redis_connection_is_disposed_first(bool isOwnedByContainer)
    {
        var server = await RedisServer.ShareAsync(ServerKind.Garnet);
        for (var i = 0; i < 5; i++)
        {
            var logs = FakeLogCollector.Create(new FakeLogCollectorOptions());
            using var loggers = new FakeLoggerProvider(logs);
            var services = new ServiceCollection().AddLogging(logging => logging.AddProvider(loggers));
            services.AddHttpClient("c").AddCircuitBreaker();

            // The container disposes a connection that is created late before it disposes the member.
            await using var connection = await ConnectionMultiplexer.ConnectAsync(server.Address);
            _ = isOwnedByContainer
                ? services.AddSingleton<IConnectionMultiplexer>(_ => ConnectionMultiplexer.Connect(server.Address))
                : services.AddSingleton<IConnectionMultiplexer>(connection);
            services.AddCircuitBreakerRedis(options => options.PollInterval = TimeSpan.FromMilliseconds(100));
            await using (var provider = services.BuildServiceProvider())
            {
                using var commands = new CommandCounter();
                _ = provider.GetRequiredService<ICircuitRegistry>();
                await Eventually.TrueAsync(() => commands.Of("poll") >= 2, "The instance does not poll.");
                if (!isOwnedByContainer)
                {
                    await connection.DisposeAsync();
                    await Eventually.TrueAsync(() => commands.Failed(typeof(ObjectDisposedException).FullName!) > 0, "No poll fails.");
                }
            }

            Assert.DoesNotContain(logs.GetSnapshot(), log => log.Level >= LogLevel.Error);
        }
    }

    [Fact]
    public void Connection_errors_are_not_logged_while_Redis_refuses_commands()
    {
        var logger = new FakeLogger();
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var telemetry = new BackplaneTelemetry(logger, services.GetRequiredService<IMeterFactory>(), "p");
        for (var i = 0; i < 3; i++)
        {
            telemetry.OnCompleted("poll", new RedisException("WRONGPASS invalid username-password pair"));
            telemetry.OnCompleted("poll", new TimeoutException());
        }

        Assert.Equal("BackplaneMisconfigured", Assert.Single(logger.Collector.GetSnapshot()).Id.Name);
        Assert.False(telemetry.IsConnected);

        telemetry.OnCompleted("poll", exception: null);
        Assert.Equal("BackplaneReconnected", logger.LatestRecord.Id.Name);
        Assert.True(telemetry.IsConnected);
    }

    // On a busy machine, the first connection may take so long that the instance logs it as missing.
    private static int ConnectionLogs(Instance instance) =>
        instance.Logs("BackplaneDisconnected").Count + instance.Logs("BackplaneReconnected").Count;

    private static async Task ExecuteAsync(RedisServer server, IEnumerable<string> commands)
    {
        foreach (var words in commands.Select(command => command.Split(' ')))
        {
            await server.ExecuteAsync(words[0], [.. words.Skip(1)]);
        }
    }

    private static void Fast(RedisCircuitOptions redis) => redis.PollInterval = TimeSpan.FromMilliseconds(100);
}
