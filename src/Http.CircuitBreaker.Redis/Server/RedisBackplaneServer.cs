using System.Globalization;
using Http.CircuitBreaker.Redis.Backplane;
using Http.CircuitBreaker.Redis.Protocol;
using StackExchange.Redis;

namespace Http.CircuitBreaker.Redis.Server;

/// <summary>Accesses the shared state in Redis: one record per circuit, an index of changes by version, and a pub/sub channel.</summary>
internal sealed class RedisBackplaneServer(Func<Task<IConnectionMultiplexer>> connect, BackplaneSettings settings) : IAsyncDisposable
{
    private const int MaxChangesPerPoll = 500;

    // The order must match that of the fields returned by reply() in common.lua.
    private static readonly string[] _fields = ["state", "version", "at", "ends", "instances", "failure", "reason", "reset"];
    private static readonly RedisValue[] _recordFields = ["key", .. _fields.Select(field => (RedisValue)field)];

    private readonly RedisKeys _keys = new(settings.Prefix);
    private readonly string _generation = Guid.NewGuid().ToString("N");
    private Task<IConnectionMultiplexer>? _connecting;
    private IConnectionMultiplexer? _redis;
    private bool _isSubscribed;

    /// <summary>Raised when records may have changed: on a message, and after a reconnect because messages may have been missed.</summary>
    public event Action? PollNeeded;

    private IDatabase Database => (_redis ?? throw new InvalidOperationException("ConnectAsync has not completed yet.")).GetDatabase();

    /// <summary>Connects to Redis and subscribes to the channel, unless this has already been done.</summary>
    public async Task ConnectAsync(CancellationToken cancellationToken)
    {
        if (_redis is null)
        {
            _redis = await AwaitConnectionAsync(cancellationToken).ConfigureAwait(false);
            _redis.ConnectionRestored += OnConnectionRestored;
        }

        if (!_isSubscribed)
        {
            await SubscribeAsync(_redis.GetSubscriber(), cancellationToken).ConfigureAwait(false);
            _isSubscribed = true;
        }
    }

    /// <summary>
    /// Reads the records changed after <paramref name="version"/>, and marks this instance as alive for three poll intervals.
    /// </summary>
    public async Task<PollReply> PollAsync(long version, CancellationToken cancellationToken)
    {
        var reply = (RedisResult[])(await Database.ScriptEvaluateAsync(
            RedisScripts.Poll,
            [_keys.Head, _keys.Changes, _keys.Instances],
            [_generation, settings.Instance, 3 * (long)settings.PollInterval.TotalMilliseconds, version, MaxChangesPerPoll])
            .WaitAsync(cancellationToken).ConfigureAwait(false))!;
        var (serverTime, changes) = ((long)reply[1], (string[])reply[3]!);
        var records = await ReadAsync(changes, serverTime, cancellationToken).ConfigureAwait(false);
        var last = changes.Length == 0 ? version : ParseVersion(changes[^1]);
        return new PollReply((string)reply[0]!, serverTime, (int)reply[2], last, records);
    }

    public async Task<CommandReply> SendAsync(BackplaneCommand command, CancellationToken cancellationToken)
    {
        var (script, arguments) = RedisScripts.Create(command, settings);
        var (id, key) = (command.Key.Id, CircuitKeyText.Format(command.Key));
        var reply = (RedisResult[])(await Database.ScriptEvaluateAsync(
            script,
            [_keys.Head, _keys.Changes, _keys.Instances, _keys.Circuit(id)],
            [(string)_keys.Channel!, _generation, id, key, .. arguments]).WaitAsync(cancellationToken).ConfigureAwait(false))!;
        var serverTime = (long)reply[2];
        var record = BackplaneRecord.Parse(name => name == "key" ? key : (string?)reply[4 + Array.IndexOf(_fields, name)], serverTime);
        return new CommandReply((CommandAnswer)(int)reply[0], (string)reply[1]!, serverTime, (long)reply[3], record);
    }

    /// <summary>Removes the event handlers and the subscription. The user or the container disposes the connection.</summary>
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

    private async Task<List<BackplaneRecord>> ReadAsync(string[] idsAndVersions, long serverTime, CancellationToken cancellationToken)
    {
        var database = Database;
        var reads = idsAndVersions.Chunk(2)
            .Select(change => (Id: change[0], Version: change[1], Read: database.HashGetAsync(_keys.Circuit(change[0]), _recordFields)))
            .ToList();
        var records = new List<BackplaneRecord>();
        foreach (var (id, versionText, read) in reads)
        {
            var values = await read.WaitAsync(cancellationToken).ConfigureAwait(false);
            if (values[0].IsNull)
            {
                // The record has expired, so remove its index entry. An entry written in the meantime has a different version and is kept.
                var version = ParseVersion(versionText);
                await database.SortedSetRemoveRangeByScoreAsync(_keys.Changes, version, version, flags: CommandFlags.FireAndForget)
                    .ConfigureAwait(false);
                continue;
            }

            var record = BackplaneRecord.Parse(name => (string?)values[Array.IndexOf(_recordFields, (RedisValue)name)], serverTime);
            if (record?.Key.Id == id)
            {
                records.Add(record);
            }
        }

        return records;
    }

    // A connection attempt that exceeds the command timeout keeps running, and the next poll awaits it again.
    private async Task<IConnectionMultiplexer> AwaitConnectionAsync(CancellationToken cancellationToken)
    {
        var connecting = _connecting ??= connect();
        try
        {
            return await connecting.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch when (connecting.IsFaulted || connecting.IsCanceled)
        {
            _connecting = null;
            throw;
        }
    }

    // StackExchange.Redis keeps the handler of a failed subscription. Remove it, so that the next attempt does not add a second one.
    private async Task SubscribeAsync(ISubscriber subscriber, CancellationToken cancellationToken)
    {
        try
        {
            await subscriber.SubscribeAsync(_keys.Channel, OnMessage).WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await subscriber.UnsubscribeAsync(_keys.Channel, OnMessage, CommandFlags.FireAndForget).ConfigureAwait(false);
            throw;
        }
    }

    // The content is ignored: any message means that a record has changed.
    private void OnMessage(RedisChannel channel, RedisValue message) => PollNeeded?.Invoke();

    private void OnConnectionRestored(object? sender, ConnectionFailedEventArgs e) => PollNeeded?.Invoke();

    private static long ParseVersion(string score) => (long)double.Parse(score, CultureInfo.InvariantCulture);
}
