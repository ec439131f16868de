using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Http.CircuitBreaker.Redis.Configuration;

/// <summary>The way to the server: the user's factory, the connection string, or the multiplexer of the container. Disposes only what it made itself.</summary>
internal sealed class RedisConnection(IServiceProvider services, IOptions<RedisCircuitOptions> options) : IAsyncDisposable, IDisposable
{
    private readonly Lock _gate = new();
    private ConnectionMultiplexer? _own;
    private bool _isDisposed;

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
        var made = await ConnectionMultiplexer.ConnectAsync(configuration).ConfigureAwait(false);
        if (!TryKeep(made))
        {
            // The container has gone meanwhile, and nobody waits for it any more.
            await made.DisposeAsync().ConfigureAwait(false);
        }

        return made;
    }

    public void Dispose() => Leave()?.Dispose();

    public ValueTask DisposeAsync() => Leave()?.DisposeAsync() ?? ValueTask.CompletedTask;

    private bool TryKeep(ConnectionMultiplexer made)
    {
        lock (_gate)
        {
            _own = _isDisposed ? null : made;
            return !_isDisposed;
        }
    }

    private ConnectionMultiplexer? Leave()
    {
        lock (_gate)
        {
            _isDisposed = true;
            return _own;
        }
    }
}
