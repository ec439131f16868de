using StackExchange.Redis;

namespace Http.CircuitBreaker.Redis.Configuration;

/// <summary>The user's own way to the server. What it makes is the user's to dispose.</summary>
internal sealed record RedisConnectionFactory(Func<IServiceProvider, Task<IConnectionMultiplexer>> Connect);
