using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Http.CircuitBreaker.Redis.Configuration;

/// <summary>Gets the connection from the application's delegate if set, else from the connection string, else from the container.</summary>
/// <remarks>Only a connection created from the connection string is disposed.</remarks>
internal sealed class RedisConnection(IServiceProvider services, IOptions<RedisCircuitOptions> options) : IAsyncDisposable, IDisposable
{
    private readonly Lock _lock = new();
    private ConnectionMultiplexer? _connection;
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

        // Keep retrying in the background if the server is unavailable at startup.
        configuration.AbortOnConnectFail = false;

        // While disconnected, commands fail with the cause instead of waiting.
        configuration.BacklogPolicy = BacklogPolicy.FailFast;
        configuration.ClientName ??= "Http.CircuitBreaker";
        var connection = await ConnectionMultiplexer.ConnectAsync(configuration).ConfigureAwait(false);
        if (!TryKeep(connection))
        {
            await connection.DisposeAsync().ConfigureAwait(false);
        }

        return connection;
    }

    public void Dispose() => Release()?.Dispose();

    public ValueTask DisposeAsync() => Release()?.DisposeAsync() ?? ValueTask.CompletedTask;

    // Returns false if the container was disposed while connecting.
    private bool TryKeep(ConnectionMultiplexer connection)
    {
        lock (_lock)
        {
            _connection = _isDisposed ? null : connection;
            return !_isDisposed;
        }
    }

    private ConnectionMultiplexer? Release()
    {
        lock (_lock)
        {
            _isDisposed = true;
            return _connection;
        }
    }
}

/// <summary>The application's delegate for creating a connection. The application owns the connection.</summary>
internal sealed record RedisConnectionFactory(Func<IServiceProvider, Task<IConnectionMultiplexer>> Connect);
