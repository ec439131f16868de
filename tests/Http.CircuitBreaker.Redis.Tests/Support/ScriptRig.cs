using Http.CircuitBreaker.Redis.Protocol;
using Http.CircuitBreaker.Redis.Server;
using StackExchange.Redis;

namespace Http.CircuitBreaker.Redis.Tests.Support;

/// <summary>A server and some connections to it, without circuits.</summary>
internal sealed class ScriptRig : IAsyncDisposable
{
    /// <summary>Instances of the rig are i0, i1 and so on, and count as alive for so many milliseconds after a look.</summary>
    public const long Alive = 600_000;

    public const int Instances = 4;

    private const string Prefix = "rig";

    private readonly RedisServer _process;
    private readonly List<ConnectionMultiplexer> _connections = [];
    private readonly List<RedisBackplaneServer> _servers = [];
    private int _messages;

    private ScriptRig(RedisServer process) => _process = process;

    public int Messages => Volatile.Read(ref _messages);

    private IDatabase Database => _connections[0].GetDatabase();

    private static RedisKey Record => new RedisKeys(Prefix).Circuit(Instance.Key.Id);

    public static async Task<ScriptRig> StartAsync(ServerKind kind, double quorum = 1)
    {
        var rig = new ScriptRig(await RedisServer.StartAsync(kind));
        for (var i = 0; i < Instances; i++)
        {
            var connection = await ConnectionMultiplexer.ConnectAsync(rig._process.Address + ",asyncTimeout=30000");
            var server = new RedisBackplaneServer(() => Task.FromResult<IConnectionMultiplexer>(connection), Prefix, new BackplaneIdentity($"i{i}", quorum, Alive));
            await server.ConnectAsync(default);
            rig._connections.Add(connection);
            rig._servers.Add(server);
        }

        rig._servers[0].PollNeeded += () => Interlocked.Increment(ref rig._messages);
        return rig;
    }

    public Task<BackplaneReply> SendAsync(BackplaneCommand command, int over = 0) => _servers[over % _servers.Count].SendAsync(command, default);

    public Task<PollReply> PollAsync(int instance, long version) => _servers[instance].PollAsync(version, default);

    public async Task<long> TimeAsync() => (await _servers[0].PollAsync(0, default)).ServerTime;

    public Task ExpireAsync(TimeSpan life) => Database.KeyExpireAsync(Record, life);

    public async Task<TimeSpan> LifeAsync() => await Database.KeyTimeToLiveAsync(Record) ?? TimeSpan.MaxValue;

    public async Task<IEnumerable<string>> DumpAsync() =>
        (await Database.HashGetAllAsync(Record)).Select(field => $"{field}").Order(StringComparer.Ordinal);

    public async ValueTask DisposeAsync()
    {
        foreach (var connection in _connections)
        {
            await connection.DisposeAsync();
        }

        _process.Dispose();
    }
}
