using Microsoft.Extensions.Configuration;

namespace Http.CircuitBreaker.Configuration;

/// <summary>Reads the rows of the option table from a section and reports everything in it that is none, with its full path.</summary>
internal static class SectionReader
{
    /// <param name="section">The section.</param>
    /// <param name="options">Takes the values, and the faults.</param>
    /// <param name="children">Names of child sections that somebody else reads.</param>
    public static void Read(IConfigurationSection section, CircuitBreakerOptions options, IReadOnlyCollection<string> children)
    {
        RequireObject(section, options);
        foreach (var child in section.GetChildren())
        {
            if (!children.Contains(child.Key, StringComparer.OrdinalIgnoreCase))
            {
                ReadRow(child, options, isHost: false, children);
            }
        }
    }

    /// <summary>Reads the overrides of one host, without those of its ports, or those of one port.</summary>
    public static void ReadHost(IConfigurationSection section, CircuitBreakerOptions options, bool isPort)
    {
        RequireObject(section, options);
        foreach (var child in section.GetChildren().Where(child => isPort || !IsPort(child)))
        {
            ReadRow(child, options, isHost: true, []);
        }
    }

    /// <summary>A text would be dropped without a word otherwise. An empty one is what an empty JSON list looks like.</summary>
    public static void RequireObject(IConfigurationSection section, CircuitBreakerOptions options)
    {
        if (!string.IsNullOrWhiteSpace(section.Value))
        {
            options.Faults.Add($"{section.Path}: an object is expected here, not a single value.");
        }
    }

    public static bool IsPort(IConfigurationSection section) => section.Key.All(char.IsAsciiDigit);

    private static void ReadRow(IConfigurationSection section, CircuitBreakerOptions options, bool isHost, IReadOnlyCollection<string> children)
    {
        var fault = CircuitBreakerOptionTable.Find(section.Key) switch
        {
            null => Unknown(section.Key, children),
            { IsPerHost: false } when isHost => "cannot be set for a host; set it for the client",
            { } row => row.Read(section, options),
        };
        if (fault is not null)
        {
            options.Faults.Add(FaultText.Sentence($"{section.Path}: {fault}"));
        }
    }

    private static string Unknown(string key, IReadOnlyCollection<string> children)
    {
        var known = CircuitBreakerOptionTable.Rows.Select(row => row.Key).Concat(children);
        return $"there is no such setting{NearestName.Suggest(key, known)}";
    }
}
