namespace Http.CircuitBreaker.Redis.Tests.Support;

/// <summary>Marks a theory that needs redis-server, because garnet lacks a feature.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RedisTheoryAttribute : TheoryAttribute
{
    public RedisTheoryAttribute() => Skip = Servers.HasRedis ? null : Servers.HowToGetRedis;
}

/// <summary>Marks a test that needs redis-server, because garnet lacks a feature.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RedisFactAttribute : FactAttribute
{
    public RedisFactAttribute() => Skip = Servers.HasRedis ? null : Servers.HowToGetRedis;
}
