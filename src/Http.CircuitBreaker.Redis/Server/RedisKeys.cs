using StackExchange.Redis;

namespace Http.CircuitBreaker.Redis.Server;

/// <summary>The names of the Redis keys and the channel. They share a hash tag, so that Redis Cluster stores them on one node.</summary>
internal sealed class RedisKeys(string prefix)
{
    private const string Schema = "1";

    private readonly string _tag = $"{{{prefix}:{Schema}}}";

    /// <summary>A hash with the latest version and a generation ID, which changes if the server loses its data.</summary>
    public RedisKey Head => $"{_tag}:head";

    /// <summary>A sorted set of circuit IDs. The score is the version of the circuit's last change.</summary>
    public RedisKey Changes => $"{_tag}:changes";

    /// <summary>A sorted set of live instances. The score is the time until which an instance counts as alive.</summary>
    public RedisKey Instances => $"{_tag}:instances";

    public RedisChannel Channel => RedisChannel.Literal($"{_tag}:changed");

    public RedisKey Circuit(string id) => $"{_tag}:circuit:{id}";
}
