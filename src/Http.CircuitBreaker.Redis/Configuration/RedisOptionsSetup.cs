using Http.CircuitBreaker.Configuration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using StackExchange.Redis;
using static Http.CircuitBreaker.Configuration.OptionTypes;
using Options = Http.CircuitBreaker.Redis.RedisCircuitOptions;

namespace Http.CircuitBreaker.Redis.Configuration;

/// <summary>Reads and validates the <c>HttpCircuitBreaker:Redis</c> section.</summary>
internal sealed class RedisOptionsSetup(IServiceProvider services, IConfiguration? configuration = null) : OptionsSetup<Options>
{
    public const string SectionName = "Redis";
    private const string Path = $"HttpCircuitBreaker:{SectionName}";

    public static OptionTable<Options> Table { get; } = new OptionTable<Options>()
        .Add(nameof(Options.Configuration), o => o.Configuration, (o, v) => o.Configuration = v, OptionalText(_ => true, ""))
        .Add(nameof(Options.Prefix), o => o.Prefix, (o, v) => o.Prefix = v, Name())
        .Add(nameof(Options.Quorum), o => o.Quorum, (o, v) => o.Quorum = v, Number(
            IsQuorum, "a share above 0 and below 1, or a whole number of instances up to 10000"))
        .Add(nameof(Options.ProbeLease), o => o.ProbeLease, (o, v) => o.ProbeLease = v, Bool)
        .Add(nameof(Options.PollInterval), o => o.PollInterval, (o, v) => o.PollInterval = v, UpToAMinute(0.1))
        .Add(nameof(Options.CommandTimeout), o => o.CommandTimeout, (o, v) => o.CommandTimeout = v, UpToAMinute(0.05))
        .Add(nameof(Options.InstanceName), o => o.InstanceName, (o, v) => o.InstanceName = v, Name());

    protected override IReadOnlyCollection<string> Read(string name, Options options) =>
        configuration is null ? [] : Table.Read(configuration.GetSection(Path), options);

    protected override IEnumerable<string> Check(string name, Options options)
    {
        var errors = Table.Check(options).Select(error => $"{nameof(RedisCircuitOptions)}: {error}");
        return HasServer(options) ? errors : errors.Append(
            $"{Path}:{nameof(options.Configuration)}: no Redis server is configured; "
            + "set a connection string, for example localhost:6379, or register an IConnectionMultiplexer");
    }

    private static OptionType<TimeSpan> UpToAMinute(double fromSeconds) =>
        Duration(TimeSpan.FromSeconds(fromSeconds), TimeSpan.FromMinutes(1));

    // Braces are excluded because they would change the hash tag that keeps all keys on one node of a cluster.
    private static OptionType<string> Name() => Text(
        value => value is { Length: > 0 and <= 100 } && !value.Any(c => char.IsControl(c) || c is ' ' or '{' or '}'),
        "is not a valid name; use 1 to 100 characters without braces, spaces or control characters");

    private static bool IsQuorum(double value) => value is > 0 and < 1 || (value is >= 1 and <= 10_000 && value == Math.Floor(value));

    private bool HasServer(Options options)
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
