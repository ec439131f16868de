using Http.CircuitBreaker.Redis.Protocol;
using Http.CircuitBreaker.Redis.Server;
using Http.CircuitBreaker.Redis.Tests.Support;
using Http.CircuitBreaker.Tests.Support;
using StackExchange.Redis;

namespace Http.CircuitBreaker.Redis.Tests.Scenarios;

/// <summary>The permissions of the Redis user that the README lists are enough, and none is too many.</summary>
public sealed class PermissionTests
{
    private const string Prefix = "http-circuit-breaker:shop";
    private const string Ping = "+ping";

    private static readonly string[] _command = Repository.Read("src/Http.CircuitBreaker.Redis/README.md").Split('\n')
        .Single(line => line.Contains("ACL SETUSER", StringComparison.Ordinal)).Trim().Split(' ');

    public static TheoryData<string> Permissions => [.. _command.Where(word => word[0] is '+' or '~' or '&' && word != Ping)];

    [RedisTheory]
    [InlineData]
    [InlineData("+evalsha", "+script|load")]
    public async Task Redis_permissions_in_the_README_are_sufficient_for_all_features(params string[] more)
    {
        using var server = await RedisServer.StartAsync(ServerKind.Redis);
        await server.ExecuteAsync(_command[0], [.. _command.Skip(1), .. more]);
        using var host = new Host();
        await using var first = CreateInstance(server, host);
        await using var second = CreateInstance(server, host);
        await first.CallAsync();
        await second.CallAsync();
        await first.JoinedAsync();
        await second.JoinedAsync();

        await first.OpenAsync();
        await second.IsAsync(CircuitState.Open);
        host.IsFailing = false;
        await Eventually.TrueAsync(
            async () => await second.CallAsync() == 200 && first.State == CircuitState.Closed, "The circuit does not close everywhere.");
        first.Registry.Isolate(Instance.Key);
        await second.IsAsync(CircuitState.Isolated);
        second.Registry.Reset(Instance.Key);
        await first.IsAsync(CircuitState.Closed);

        Assert.Empty(first.Logs("BackplaneMisconfigured"));
        Assert.NotEmpty(second.Logs("CircuitHalfOpened"));
    }

    [RedisTheory]
    [MemberData(nameof(Permissions))]
    public async Task Every_Redis_permission_in_the_README_is_needed(string permission)
    {
        using var server = await RedisServer.StartAsync(ServerKind.Redis);
        await Eventually.TrueAsync(async () => await TryAllCommandsAsync(server, _command) is null, "The permissions are not enough.");

        await server.ExecuteAsync("ACL", "DELUSER", "shop");
        string[] less = [.. _command.Where(word => word != permission)];

        // On a busy machine, the connection may not be there yet, which is another error.
        await Eventually.TrueAsync(
            async () => await TryAllCommandsAsync(server, less) is RedisException error && error.Message.Contains("user", StringComparison.Ordinal),
            "The permission is not needed.");
    }

    [RedisFact]
    public async Task Idle_Redis_connection_fails_without_the_permission_to_ping()
    {
        using var server = await RedisServer.StartAsync(ServerKind.Redis);
        await server.ExecuteAsync(_command[0], [.. _command.Skip(1).Where(word => word != Ping)]);
        var failed = new TaskCompletionSource<ConnectionFailedEventArgs>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var redis = await ConnectionMultiplexer.ConnectAsync($"{server.Address},user=shop,password=PASSWORD,keepAlive=1");
        redis.ConnectionFailed += (_, e) => failed.TrySetResult(e);

        var failure = await failed.Task.WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Contains("'ping'", failure.Exception!.ToString(), StringComparison.Ordinal);
    }

    private static async Task<Exception?> TryAllCommandsAsync(RedisServer process, string[] user)
    {
        await process.ExecuteAsync("FLUSHALL");
        await process.ExecuteAsync(user[0], [.. user.Skip(1)]);
        var options = ConfigurationOptions.Parse($"{process.Address},user=shop,password=PASSWORD");
        (options.AbortOnConnectFail, options.BacklogPolicy) = (false, BacklogPolicy.FailFast);
        await using var redis = await ConnectionMultiplexer.ConnectAsync(options);
        await using var server = ScriptHarness.CreateServer(() => Task.FromResult<IConnectionMultiplexer>(redis), "i", Prefix);
        return await Record.ExceptionAsync(async () =>
        {
            await server.ConnectAsync(default);
            for (var i = 0; i < 2; i++)
            {
                var now = (await server.PollAsync(0, default)).ServerTime;
                BackplaneCommand[] commands =
                [
                    new ReportCommand(Instance.Key, ReportKind.Opened, now, now + 60_000),
                    new LeaseCommand(Instance.Key, "t", 60_000, long.MaxValue, 1, 1),
                    new SettleCommand(Instance.Key, "t", CircuitOutcome.Success, 0, null),
                    new ReportCommand(Instance.Key, ReportKind.Isolated, now + 1),
                    new ReportCommand(Instance.Key, ReportKind.Reset, now + 2),
                ];
                foreach (var command in commands)
                {
                    await server.SendAsync(command, 0, default);
                }

                // The record of a listed circuit has expired.
                await process.ExecuteAsync("DEL", new RedisKeys(Prefix).Circuit(Instance.Key.Id));
                await server.PollAsync(0, default);
            }
        });
    }

    private static Instance CreateInstance(RedisServer server, Host host) => new(
        $"{server.Address},user=shop,password=PASSWORD",
        Prefix,
        host,
        redis => (redis.Quorum, redis.PollInterval) = (1, TimeSpan.FromMilliseconds(100)),
        circuits => circuits.BreakDuration = TimeSpan.FromMilliseconds(500));
}
