using Http.CircuitBreaker.Redis.Backplane;
using Http.CircuitBreaker.Redis.Protocol;
using StackExchange.Redis;

namespace Http.CircuitBreaker.Redis.Server;

/// <summary>Accesses the shared state in Redis: one record per circuit, indexes of changes by version, and a pub/sub channel.</summary>
/// <remarks>All data read from Redis is treated as untrusted.</remarks>
internal sealed class RedisBackplaneServer(Func<Task<IConnectionMultiplexer>> connect, BackplaneSettings settings) : IAsyncDisposable
{
    // The maximum number of changes that one poll reads from each of the two indexes.
    private const int MaxChangesPerPoll = 500;
    private const int MaxFieldLength = 16_384;

    // The order must match that of the fields returned by reply() in common.lua.
    private static readonly string[] _fields = ["state", "version", "at", "ends", "instances", "failure", "reason", "reset"];
    private static readonly string[] _recordFields = ["key", .. _fields];

    private readonly RedisKeys _keys = new(settings.Prefix);
    private Task<IConnectionMultiplexer>? _connecting;
    private IConnectionMultiplexer? _redis;
    private bool _isSubscribed;

    /// <summary>Raised when a message arrives, and after a reconnect, because messages may have been missed.</summary>
    public event Action? PollNeeded;

    private IDatabase Database => (_redis ?? throw new InvalidOperationException("ConnectAsync has not completed yet.")).GetDatabase();

    private RedisKey[] CommonKeys => [_keys.Head, _keys.Changes, _keys.Isolations, _keys.Instances];

    // Each command proposes a new generation ID. A server that has lost its data adopts the proposed ID, so that the instances notice the
    // loss.
    private static RedisValue NewGeneration => Guid.NewGuid().ToString("N");

    /// <summary>Connects to Redis and subscribes to the channel, unless this has already been done.</summary>
    public async Task ConnectAsync(CancellationToken cancellationToken)
    {
        // An attempt that exceeds the command timeout keeps running, and the next poll waits for it. Only a failed attempt is repeated.
        if (_connecting is null or { IsFaulted: true } or { IsCanceled: true })
        {
            _connecting = connect();
        }

        if (_redis is null)
        {
            _redis = await _connecting.WaitAsync(cancellationToken).ConfigureAwait(false);
            _redis.ConnectionRestored += OnConnectionRestored;
        }

        if (!_isSubscribed)
        {
            // StackExchange.Redis keeps the handler of a failed subscription. Remove it, so that this attempt does not add a second one.
            var subscriber = _redis.GetSubscriber();
            await subscriber.UnsubscribeAsync(_keys.Channel, OnMessage, CommandFlags.FireAndForget).ConfigureAwait(false);
            await subscriber.SubscribeAsync(_keys.Channel, OnMessage).WaitAsync(cancellationToken).ConfigureAwait(false);
            _isSubscribed = true;
        }
    }

    /// <summary>Reads the records changed after <paramref name="version"/>, and marks this instance as alive.</summary>
    public async Task<PollReply> PollAsync(long version, CancellationToken cancellationToken)
    {
        var reply = (RedisResult[])(await Database.ScriptEvaluateAsync(
            RedisScripts.Poll,
            CommonKeys,
            [NewGeneration, version, settings.Instance, 3 * (long)settings.PollInterval.TotalMilliseconds, MaxChangesPerPoll])
            .WaitAsync(cancellationToken).ConfigureAwait(false))!;
        var records = await ReadAsync((string[])reply[5]!, cancellationToken).ConfigureAwait(false);
        return new PollReply((string)reply[0]!, (long)reply[1], (int)reply[2], (long)reply[3], (bool)reply[4], records);
    }

    /// <summary>Sends a command. <paramref name="version"/> is the latest version that this instance has seen.</summary>
    public async Task<CommandReply> SendAsync(BackplaneCommand command, long version, CancellationToken cancellationToken)
    {
        var (script, arguments) = RedisScripts.Create(command, settings);
        var (id, key) = (command.Key.Id, CircuitKeyText.Format(command.Key));
        var reply = (RedisResult[])(await Database.ScriptEvaluateAsync(
            script,
            [.. CommonKeys, _keys.Circuit(id)],
            [NewGeneration, version, (string)_keys.Channel!, id, key, .. arguments]).WaitAsync(cancellationToken).ConfigureAwait(false))!;
        var record = BackplaneRecord.Parse(name => name == "key" ? key : (string?)reply[4 + Array.IndexOf(_fields, name)]);
        return new CommandReply((CommandAnswer)(int)reply[0], (string)reply[1]!, (long)reply[2], (long)reply[3], record);
    }

    /// <summary>
    /// Removes the event handlers and the subscription. The connection stays open, because the application or the container disposes it.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        if (_redis is { } redis)
        {
            redis.ConnectionRestored -= OnConnectionRestored;
            try
            {
                await redis.GetSubscriber().UnsubscribeAsync(_keys.Channel, OnMessage, CommandFlags.FireAndForget).ConfigureAwait(false);
            }
            catch (ObjectDisposedException)
            {
                // The connection has already been disposed.
            }
        }
    }

    // Reads the records with the given IDs. Expired records are omitted from the result, and malformed records are null.
    private async Task<List<BackplaneRecord?>> ReadAsync(string[] ids, CancellationToken cancellationToken)
    {
        var (database, fields) = (Database, _recordFields.Select(field => (RedisValue)field));
        var reads = ids
            .Select(id => (Id: id, Read: database.ScriptEvaluateAsync(
                RedisScripts.Read, [_keys.Circuit(id), _keys.Changes, _keys.Isolations], [id, MaxFieldLength, .. fields])))
            .ToList();
        var records = new List<BackplaneRecord?>();
        foreach (var (id, read) in reads)
        {
            var values = (string?[])(await read.WaitAsync(cancellationToken).ConfigureAwait(false))!;
            if (values.Length > 0)
            {
                var record = BackplaneRecord.Parse(name => values.ElementAtOrDefault(Array.IndexOf(_recordFields, name)));
                records.Add(record?.Key.Id == id ? record : null);
            }
        }

        return records;
    }

    // The content of the message is ignored, because any message means that a record has changed.
    private void OnMessage(RedisChannel channel, RedisValue message) => PollNeeded?.Invoke();

    private void OnConnectionRestored(object? sender, ConnectionFailedEventArgs e) => PollNeeded?.Invoke();
}

/// <summary>
/// The names of the Redis keys and the channel. The names share a hash tag, so that Redis Cluster stores all keys on one node.
/// </summary>
internal sealed class RedisKeys(string prefix)
{
    private const string Schema = "1";

    private readonly string _tag = $"{{{prefix}:{Schema}}}";

    /// <summary>A hash with the latest version and a generation ID, which changes if the server loses its data.</summary>
    public RedisKey Head => $"{_tag}:head";

    /// <summary>
    /// A sorted set of circuit IDs. The score is the version of the circuit's last change. Only the newest entries are kept.
    /// </summary>
    public RedisKey Changes => $"{_tag}:changes";

    /// <summary>
    /// A sorted set like <c>Changes</c> that contains only isolated circuits, so that newer changes to other circuits do not displace an
    /// active isolation.
    /// </summary>
    public RedisKey Isolations => $"{_tag}:isolations";

    /// <summary>A sorted set of live instances. The score is the time at which the instance expires.</summary>
    public RedisKey Instances => $"{_tag}:instances";

    public RedisChannel Channel => RedisChannel.Literal($"{_tag}:changed");

    public RedisKey Circuit(string id) => $"{_tag}:circuit:{id}";
}
