using StackExchange.Redis;

namespace Http.CircuitBreaker.Redis.Server;

/// <summary>The names of everything in Redis: prefix and schema version in one hash tag, so that a cluster keeps a fleet on one node.</summary>
internal sealed class RedisKeys(string prefix)
{
    public const string Schema = "1";

    private readonly string _tag = $"{{{prefix}:{Schema}}}";

    /// <summary>Generation and latest version.</summary>
    public RedisKey Head => $"{_tag}:head";

    /// <summary>The ids of changed circuits by version.</summary>
    public RedisKey Changes => $"{_tag}:changes";

    /// <summary>The live instances by the time until which they count as alive.</summary>
    public RedisKey Instances => $"{_tag}:instances";

    public RedisChannel Channel => RedisChannel.Literal($"{_tag}:changed");

    public RedisKey Circuit(string id) => $"{_tag}:circuit:{id}";
}
