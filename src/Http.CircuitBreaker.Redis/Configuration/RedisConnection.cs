using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Http.CircuitBreaker.Redis.Configuration;

/// <summary>The way to the server: the user's factory, the connection string, or the multiplexer of the container. Disposes only what it made itself.</summary>
internal sealed class RedisConnection(IServiceProvider services, IOptions<RedisCircuitOptions> options) : IAsyncDisposable, IDisposable
{
    private ConnectionMultiplexer? _own;

    public async Task<IConnectionMultiplexer> ConnectAsync()
    {
        var settings = options.Value;
        if (services.GetService<RedisConnectionFactory>() is { } factory)
        {
            return await factory.Connect(services).ConfigureAwait(false);
        }

        if (settings.Configuration is not { } text)
        {
            return settings.ServiceKey is { } key
                ? services.GetRequiredKeyedService<IConnectionMultiplexer>(key)
                : services.GetRequiredService<IConnectionMultiplexer>();
        }

        var configuration = ConfigurationOptions.Parse(text);

        // It goes on trying: a server that is away at the start is one that is away.
        configuration.AbortOnConnectFail = false;
        configuration.ClientName ??= "Http.CircuitBreaker";
        return _own = await ConnectionMultiplexer.ConnectAsync(configuration).ConfigureAwait(false);
    }

    public void Dispose() => _own?.Dispose();

    public ValueTask DisposeAsync() => _own?.DisposeAsync() ?? ValueTask.CompletedTask;
}
