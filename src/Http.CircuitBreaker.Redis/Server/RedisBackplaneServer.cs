using System.Globalization;
using Http.CircuitBreaker.Redis.Protocol;
using StackExchange.Redis;

namespace Http.CircuitBreaker.Redis.Server;

/// <summary>The fleet's memory in Redis: a record for each circuit, an index of changes by version, and a channel.</summary>
internal sealed class RedisBackplaneServer(Func<Task<IConnectionMultiplexer>> connect, string prefix, BackplaneIdentity identity) : IBackplaneServer
{
    private const int ChangesAtOnce = 500;

    // The order of reply() in the scripts.
    private static readonly string[] _fields = ["s", "v", "at", "u", "n", "why", "note", "x"];
    private static readonly RedisValue[] _recordFields = ["k", .. _fields.Select(field => (RedisValue)field)];

    private readonly RedisKeys _keys = new(prefix);
    private readonly string _generation = Guid.NewGuid().ToString("N");
    private Task<IConnectionMultiplexer>? _connecting;
    private IConnectionMultiplexer? _redis;
    private bool _isSubscribed;

    public event Action? PollNeeded;

    private IDatabase Database => (_redis ?? throw new InvalidOperationException("Not connected yet.")).GetDatabase();

    public async Task ConnectAsync(CancellationToken cancellationToken)
    {
        if (_redis is null)
        {
            _redis = await AwaitConnectionAsync(cancellationToken).ConfigureAwait(false);
            _redis.ConnectionRestored += OnRestored;
        }

        if (!_isSubscribed)
        {
            await SubscribeAsync(_redis.GetSubscriber(), cancellationToken).ConfigureAwait(false);
            _isSubscribed = true;
        }
    }

    public async Task<PollReply> PollAsync(long version, CancellationToken cancellationToken)
    {
        var reply = (RedisResult[])(await Database.ScriptEvaluateAsync(
            RedisScripts.Poll,
            [_keys.Head, _keys.Changes, _keys.Instances],
            [_generation, identity.Instance, identity.Alive, version, ChangesAtOnce]).WaitAsync(cancellationToken).ConfigureAwait(false))!;
        var changes = (string[])reply[3]!;
        var records = await ReadAsync(changes, cancellationToken).ConfigureAwait(false);
        var last = changes.Length == 0 ? version : VersionOf(changes[^1]);
        return new PollReply((string)reply[0]!, (long)reply[1], (int)reply[2], last, records);
    }

    public async Task<BackplaneReply> SendAsync(BackplaneCommand command, CancellationToken cancellationToken)
    {
        var (script, arguments) = ScriptArguments.Of(command, identity);
        var id = command.Key.Id;
        var reply = (RedisResult[])(await Database.ScriptEvaluateAsync(
            script,
            [_keys.Head, _keys.Changes, _keys.Instances, _keys.Circuit(id)],
            [(string)_keys.Channel!, _generation, id, CircuitKeyText.Of(command.Key), .. arguments]).WaitAsync(cancellationToken).ConfigureAwait(false))!;
        var text = CircuitKeyText.Of(command.Key);
        var record = BackplaneRecord.From(name => name == "k" ? text : (string?)reply[4 + Array.IndexOf(_fields, name)]);
        return new BackplaneReply((BackplaneAnswer)(int)reply[0], (string)reply[1]!, (long)reply[2], (long)reply[3], record);
    }

    /// <summary>A connection that is the user's lives on: nothing of ours stays behind in it.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_redis is { } redis)
        {
            redis.ConnectionRestored -= OnRestored;
            try
            {
                await redis.GetSubscriber().UnsubscribeAsync(_keys.Channel, OnMessage, CommandFlags.FireAndForget).ConfigureAwait(false);
            }
            catch (ObjectDisposedException)
            {
                // The connection is gone, and everything in it.
            }
        }
    }

    // Ids and versions by turns. One whose record has run out is forgotten, unless it has changed again meanwhile.
    private async Task<List<BackplaneRecord>> ReadAsync(string[] changes, CancellationToken cancellationToken)
    {
        var database = Database;
        var reads = changes.Where((_, i) => i % 2 == 0).Select(id => database.HashGetAsync(_keys.Circuit(id), _recordFields)).ToList();
        var records = new List<BackplaneRecord>();
        for (var i = 0; i < reads.Count; i++)
        {
            var values = await reads[i].WaitAsync(cancellationToken).ConfigureAwait(false);
            if (values[0].IsNull)
            {
                var version = VersionOf(changes[(2 * i) + 1]);
                await database.SortedSetRemoveRangeByScoreAsync(_keys.Changes, version, version, flags: CommandFlags.FireAndForget).ConfigureAwait(false);
            }
            else if (BackplaneRecord.From(name => (string?)values[Array.IndexOf(_recordFields, (RedisValue)name)]) is { } record && record.Key.Id == changes[2 * i])
            {
                records.Add(record);
            }
        }

        return records;
    }

    // One that takes longer than a command may is waited for the next time, not made twice.
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

    // A handler is there from the first attempt on, whatever comes of it: without this each further one would hear every message once more.
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

    // The message is not read: it says only that something has changed.
    private void OnMessage(RedisChannel channel, RedisValue message) => PollNeeded?.Invoke();

    private void OnRestored(object? sender, ConnectionFailedEventArgs e) => PollNeeded?.Invoke();

    private static long VersionOf(string score) => (long)double.Parse(score, CultureInfo.InvariantCulture);
}
