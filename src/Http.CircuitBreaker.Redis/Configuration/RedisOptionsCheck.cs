using Http.CircuitBreaker.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Http.CircuitBreaker.Redis.Configuration;

/// <summary>Reports everything that is wrong with the options at once.</summary>
internal sealed class RedisOptionsCheck(RedisOptionFaults faults, IServiceProvider services) : IValidateOptions<RedisCircuitOptions>
{
    public ValidateOptionsResult Validate(string? name, RedisCircuitOptions options)
    {
        var found = faults.All.Concat(RedisOptionTable.Rows.Select(row => Check(row, options)).OfType<string>()).ToList();
        if (!HasServer(options))
        {
            found.Add(
                $"{RedisOptionsSetup.Path}:{nameof(options.Configuration)}: there is no Redis server; set a configuration string such as 'localhost:6379', or register an IConnectionMultiplexer.");
        }

        return found.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(found);
    }

    private static string? Check(RedisOptionRow row, RedisCircuitOptions options) =>
        row.Check(options) is { } fault ? FaultText.Sentence($"{RedisOptionsSetup.Path}:{row.Key}: {fault}") : null;

    private bool HasServer(RedisCircuitOptions options)
    {
        if (options.Configuration is not null || services.GetService<RedisConnectionFactory>() is not null)
        {
            return true;
        }

        return options.ServiceKey is { } key
            ? services.GetService<IServiceProviderIsKeyedService>()?.IsKeyedService(typeof(IConnectionMultiplexer), key) != false
            : services.GetService<IServiceProviderIsService>()?.IsService(typeof(IConnectionMultiplexer)) != false;
    }
}
