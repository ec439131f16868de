using Http.CircuitBreaker.Configuration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Http.CircuitBreaker.Redis.Configuration;

/// <summary>Reads the section and reports everything in it that is no option, with its full path.</summary>
internal sealed class RedisOptionsSetup(RedisOptionFaults faults, IConfiguration? configuration = null) : IConfigureOptions<RedisCircuitOptions>
{
    public const string SectionName = "Redis";
    public const string Path = $"HttpCircuitBreaker:{SectionName}";

    public void Configure(RedisCircuitOptions options)
    {
        if (configuration?.GetSection(Path) is not { } section)
        {
            return;
        }

        var found = section.GetChildren().Select(child => (child.Path, Fault: Read(child, options))).Where(read => read.Fault is not null).ToList();
        if (!string.IsNullOrWhiteSpace(section.Value))
        {
            found.Add((Path, "an object is expected here, not a single value"));
        }

        faults.Replace([.. found.Select(read => FaultText.Sentence($"{read.Path}: {read.Fault}"))]);
    }

    private static string? Read(IConfigurationSection section, RedisCircuitOptions options)
    {
        if (RedisOptionTable.Rows.FirstOrDefault(row => string.Equals(row.Key, section.Key, StringComparison.OrdinalIgnoreCase)) is not { } row)
        {
            return $"there is no such setting{NearestName.Suggest(section.Key, RedisOptionTable.Rows.Select(known => known.Key))}";
        }

        // JSON's null leaves the default.
        return section.Value is { } text
            ? row.Read(text, options)
            : section.GetChildren().Any() ? "a single value is expected here, not an object or a list" : null;
    }
}
