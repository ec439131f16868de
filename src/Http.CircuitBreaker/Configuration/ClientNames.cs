using Microsoft.Extensions.Configuration;

namespace Http.CircuitBreaker.Configuration;

/// <summary>Finds settings for clients that the registrations do not name: a misspelt name, or a client that only the defaults cover.</summary>
internal static class ClientNames
{
    public static IEnumerable<string> Unknown(IConfigurationSection root, ClientRegistrations registrations) =>
        UnknownSections(root, registrations).Select(section => FaultText.Sentence(
            $"{section.Path}: no client of that name has a circuit breaker{NearestName.Suggest(section.Key, NamesOf(registrations))}"));

    /// <summary>The names that can be checked before such a client is made.</summary>
    public static IEnumerable<string> LeftToDefaults(IConfigurationSection root, ClientRegistrations registrations) =>
        UnknownSections(root, registrations).Where(section => !MayBePartOfName(section)).Select(section => section.Key);

    private static IEnumerable<IConfigurationSection> UnknownSections(IConfigurationSection root, ClientRegistrations registrations) =>
        root.GetSection(ClientRegistrations.Clients).GetChildren().Where(section => !NamesOf(registrations).Any(name => BeginsWith(name, section.Key)));

    // A name with a colon in it is a path to the configuration: its first part is the key seen here.
    private static bool BeginsWith(string name, string key) =>
        name.Split(ConfigurationPath.KeyDelimiter)[0].Equals(key, StringComparison.OrdinalIgnoreCase);

    private static bool MayBePartOfName(IConfigurationSection section) =>
        section.GetChildren().Any(child => CircuitBreakerOptionTable.Find(child.Key) is null && child.GetChildren().Any());

    private static IEnumerable<string> NamesOf(ClientRegistrations registrations) => registrations.Named.Keys.Where(name => name.Length > 0);
}
