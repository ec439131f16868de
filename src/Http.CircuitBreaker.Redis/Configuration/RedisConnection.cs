using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Http.CircuitBreaker.Redis.Configuration;

/// <summary>
/// Gets the connection from the application's delegate if there is one, otherwise from the connection string if it is set, and otherwise
/// from the container.
/// </summary>
/// <remarks>Only a connection created from the connection string is disposed.</remarks>
internal sealed class RedisConnection(IServiceProvider services, IOptions<RedisCircuitOptions> options) : IDisposable
{
    private readonly CancellationTokenSource _disposal = new();

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

        // While disconnected, fail commands immediately with the cause instead of queuing them.
        configuration.BacklogPolicy = BacklogPolicy.FailFast;
        configuration.ClientName ??= "Http.CircuitBreaker";
        var connection = await ConnectionMultiplexer.ConnectAsync(configuration).ConfigureAwait(false);

        // Do not wait for commands to complete. If the server hangs, waiting would delay the application's shutdown by seconds. If the
        // container was disposed before this line, the callback runs immediately.
        _disposal.Token.Register(() => connection.Close(allowCommandsToComplete: false));
        return connection;
    }

    public void Dispose() => _disposal.Cancel();
}

/// <summary>The application's delegate for creating a connection. The application owns the connection.</summary>
internal sealed record RedisConnectionFactory(Func<IServiceProvider, Task<IConnectionMultiplexer>> Connect);
