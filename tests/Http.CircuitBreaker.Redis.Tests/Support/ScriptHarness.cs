using Http.CircuitBreaker.Redis.Backplane;
using Http.CircuitBreaker.Redis.Protocol;
using Http.CircuitBreaker.Redis.Server;
using StackExchange.Redis;

namespace Http.CircuitBreaker.Redis.Tests.Support;

/// <summary>Some connections to the shared server, which has no circuits. The instances are called i0, i1 and so on.</summary>
internal sealed class ScriptHarness : IAsyncDisposable
{
    /// <summary>How long an instance counts as alive after a poll, in milliseconds.</summary>
    public const long AliveDuration = 180_000;

    public const int Instances = 4;

    private const string Prefix = "harness";

    private readonly RedisServer _process;
    private readonly List<ConnectionMultiplexer> _connections = [];
    private readonly List<RedisBackplaneServer> _servers = [];
    private int _messages;

    private ScriptHarness(RedisServer process) => _process = process;

    /// <summary>The number of messages that the first connection received.</summary>
    public int Messages => Volatile.Read(ref _messages);

    public IDatabase Database => _connections[0].GetDatabase();

    public static RedisKeys Keys { get; } = new(Prefix);

    private static RedisKey Record => Keys.Circuit(Instance.Key.Id);

    public static async Task<ScriptHarness> StartAsync(ServerKind kind, double quorum = 1)
    {
        var harness = new ScriptHarness(await RedisServer.ShareAsync(kind));
        for (var i = 0; i < Instances; i++)
        {
            var connection = await ConnectionMultiplexer.ConnectAsync(harness._process.Address + ",asyncTimeout=30000");
            var server = CreateServer(() => Task.FromResult<IConnectionMultiplexer>(connection), $"i{i}", Prefix, quorum);
            await server.ConnectAsync(default);
            harness._connections.Add(connection);
            harness._servers.Add(server);
        }

        harness._servers[0].PollNeeded += () => Interlocked.Increment(ref harness._messages);
        return harness;
    }

    public static RedisBackplaneServer CreateServer(
        Func<Task<IConnectionMultiplexer>> connect,
        string instance,
        string prefix,
        double quorum = 1,
        long aliveDuration = AliveDuration) =>
        new(connect, new BackplaneSettings(
            instance, prefix, quorum, LeasesProbes: true, TimeSpan.FromMilliseconds(aliveDuration / 3), TimeSpan.FromSeconds(30)));

    public Task<CommandReply> SendAsync(BackplaneCommand command, int connection = 0) =>
        _servers[connection % _servers.Count].SendAsync(command, version: 0, default);

    public Task<PollReply> PollAsync(int instance, long version) => _servers[instance].PollAsync(version, default);

    public async Task<long> TimeAsync() => (await _servers[0].PollAsync(0, default)).ServerTime;

    public Task SetFieldAsync(string field, string value) => Database.HashSetAsync(Record, field, value);

    public Task SetTimeToLiveAsync(TimeSpan time) => Database.KeyExpireAsync(Record, time);

    public async Task<TimeSpan> TimeToLiveAsync() => await Database.KeyTimeToLiveAsync(Record) ?? TimeSpan.MaxValue;

    public async Task<IEnumerable<string>> DumpAsync() =>
        (await Database.HashGetAllAsync(Record)).Select(field => $"{field}").Order(StringComparer.Ordinal);

    public async ValueTask DisposeAsync()
    {
        foreach (var connection in _connections)
        {
            await connection.DisposeAsync();
        }
    }
}
