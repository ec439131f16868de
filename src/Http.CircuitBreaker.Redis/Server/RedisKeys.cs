using StackExchange.Redis;

namespace Http.CircuitBreaker.Redis.Server;

/// <summary>Names of the keys and the channel. They share a hash tag, so that a cluster keeps them on one node.</summary>
internal sealed class RedisKeys(string prefix)
{
    private const string Schema = "1";

    private readonly string _tag = $"{{{prefix}:{Schema}}}";

    /// <summary>Hash: generation and latest version.</summary>
    public RedisKey Head => $"{_tag}:head";

    /// <summary>Sorted set: ids of changed circuits by version.</summary>
    public RedisKey Changes => $"{_tag}:changes";

    /// <summary>Sorted set: live instances by the time until which they count as alive.</summary>
    public RedisKey Instances => $"{_tag}:instances";

    public RedisChannel Channel => RedisChannel.Literal($"{_tag}:changed");

    public RedisKey Circuit(string id) => $"{_tag}:circuit:{id}";
}
