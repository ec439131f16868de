using Microsoft.Extensions.Configuration;

namespace Http.CircuitBreaker.Configuration;

/// <summary>Finds settings for clients that do not exist: most often a misspelt name.</summary>
internal static class ClientNames
{
    public static IEnumerable<string> Unknown(IConfigurationSection root, ClientRegistrations registrations)
    {
        var names = registrations.Named.Keys.Where(name => name.Length > 0).ToList();
        foreach (var section in root.GetSection(ClientRegistrations.Clients).GetChildren())
        {
            // A name with a colon in it is a path to the configuration: its first part is the key seen here.
            if (!names.Any(name => name.Split(ConfigurationPath.KeyDelimiter)[0].Equals(section.Key, StringComparison.OrdinalIgnoreCase)))
            {
                yield return FaultText.Sentence(
                    $"{section.Path}: no client of that name has a circuit breaker{NearestName.Suggest(section.Key, names)}");
            }
        }
    }
}
