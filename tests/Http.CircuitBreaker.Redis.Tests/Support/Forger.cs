using Http.CircuitBreaker.Redis.Protocol;
using Http.CircuitBreaker.Redis.Server;
using StackExchange.Redis;

namespace Http.CircuitBreaker.Redis.Tests.Support;

/// <summary>Writes to the server without the scripts, as another application or an attacker could.</summary>
internal sealed class Forger : IAsyncDisposable
{
    private readonly ConnectionMultiplexer _redis;
    private long _version;

    private Forger(ConnectionMultiplexer redis, string prefix) => (_redis, Keys) = (redis, new RedisKeys(prefix));

    public RedisKeys Keys { get; }

    public IDatabase Database => _redis.GetDatabase();

    public static async Task<Forger> ConnectAsync(TestFleet fleet) =>
        new(await ConnectionMultiplexer.ConnectAsync(fleet.Server.Address + ",asyncTimeout=30000"), fleet.Prefix);

    /// <summary>The server's time in milliseconds.</summary>
    public async Task<long> TimeAsync()
    {
        var time = (RedisValue[])(await Database.ExecuteAsync("TIME"))!;
        return ((long)time[0] * 1000) + ((long)time[1] / 1000);
    }

    /// <summary>Writes the record of an open circuit with some other fields, and announces it.</summary>
    public Task WriteAsync(CircuitKey key, params (string Field, string Value)[] changes) => WriteManyAsync([key], changes);

    /// <summary>Writes the same record for each circuit, and announces all of them.</summary>
    public async Task WriteManyAsync(IReadOnlyList<CircuitKey> keys, params (string Field, string Value)[] changes)
    {
        var now = await TimeAsync();
        _version = Math.Max(_version + 1, now * 1000);
        await Task.WhenAll(keys.Select(key => WriteAsync(key, now, changes)));
        await AnnounceAsync(_version, keys.Select(key => key.Id));
    }

    /// <summary>Lists circuits as changed.</summary>
    public async Task AnnounceAsync(double version, params IEnumerable<string> ids)
    {
        await Database.SortedSetAddAsync(Keys.Changes, [.. ids.Select(id => new SortedSetEntry(id, version))]);
        if (double.IsFinite(version))
        {
            await Database.HashSetAsync(Keys.Head, "version", $"{version:0}");
        }

        await _redis.GetSubscriber().PublishAsync(Keys.Channel, "poll");
    }

    public ValueTask DisposeAsync() => _redis.DisposeAsync();

    private async Task WriteAsync(CircuitKey key, long now, (string Field, string Value)[] changes)
    {
        var fields = new Dictionary<string, string>
        {
            ["key"] = CircuitKeyText.Format(key),
            ["version"] = $"{_version}",
            ["state"] = "Open",
            ["at"] = $"{now}",
            ["ends"] = $"{now + 3_600_000}",
            ["instances"] = "3",
            ["failure"] = "500",
        };
        foreach (var (field, value) in changes)
        {
            fields[field] = value;
        }

        await Database.KeyDeleteAsync(Keys.Circuit(key.Id));
        await Database.HashSetAsync(Keys.Circuit(key.Id), [.. fields.Select(field => new HashEntry(field.Key, field.Value))]);
    }
}
