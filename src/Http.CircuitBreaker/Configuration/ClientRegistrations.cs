using Microsoft.Extensions.Configuration;

namespace Http.CircuitBreaker.Configuration;

/// <summary>The clients that have a circuit breaker, and the settings made for them in code.</summary>
internal sealed class ClientRegistrations
{
    public const string RootSection = "HttpCircuitBreaker";
    public const string Clients = "Clients";
    public const string Hosts = "Hosts";

    /// <summary>The registration made in <c>ConfigureHttpClientDefaults</c>; null if there is none.</summary>
    public ClientRegistration? Defaults { get; private set; }

    public Dictionary<string, ClientRegistration> Named { get; } = [];

    /// <summary>The names of the root section's child sections that are not options.</summary>
    public HashSet<string> ChildSections { get; } = new(StringComparer.OrdinalIgnoreCase) { Clients, Hosts };

    private IEnumerable<string> Names => Named.Keys.Where(name => name.Length > 0);

    /// <param name="client">The client name; null for the client defaults.</param>
    public ClientRegistration Register(string? client)
    {
        if (client is null)
        {
            return Defaults ??= new ClientRegistration();
        }

        if (!Named.TryGetValue(client, out var registration))
        {
            Named.Add(client, registration = new ClientRegistration());
        }

        return registration;
    }

    public bool Covers(string client) => Defaults is not null || Named.ContainsKey(client);

    /// <summary>The root section for a client; null if the client has no circuit breaker or there is no configuration.</summary>
    public IConfigurationSection? FindRoot(string client, IConfiguration? configuration) => Covers(client)
        ? Named.GetValueOrDefault(client)?.Section ?? Defaults?.Section ?? configuration?.GetSection(RootSection)
        : null;

    /// <summary>A client's delegates, in the order in which they run.</summary>
    public IEnumerable<Action<CircuitBreakerOptions>> GetDelegates(string client) =>
        [.. Defaults?.Delegates ?? [], .. Named.GetValueOrDefault(client)?.Delegates ?? []];

    /// <summary>Returns an error for each client section whose client is not registered.</summary>
    public IEnumerable<string> GetUnknownClients(IConfigurationSection root) => GetUnknownSections(root).Select(
        section => $"{section.Path}: no client of that name has a circuit breaker{NearestName.Suggest(section.Key, Names)}");

    /// <summary>Returns the names of clients that have a section but are not registered by name.</summary>
    /// <remarks>A section with unknown subsections is omitted: its key may be only the first part of a name with a colon.</remarks>
    public IEnumerable<string> GetUnregisteredNames(IConfigurationSection root) => GetUnknownSections(root)
        .Where(section => !section.GetChildren().Any(
            child => CircuitBreakerOptionTable.Table.Find(child.Key) is null && child.GetChildren().Any()))
        .Select(section => section.Key);

    // Configuration splits a client name at each colon, so the section key is only the first part of the name.
    private IEnumerable<IConfigurationSection> GetUnknownSections(IConfigurationSection root) => root.GetSection(Clients).GetChildren()
        .Where(section => !Names.Any(
            name => name.Split(ConfigurationPath.KeyDelimiter)[0].Equals(section.Key, StringComparison.OrdinalIgnoreCase)));
}

/// <summary>The settings made in code for one client or for the client defaults.</summary>
internal sealed class ClientRegistration
{
    public List<Action<CircuitBreakerOptions>> Delegates { get; } = [];

    /// <summary>The section to read instead of <c>HttpCircuitBreaker</c>; null = not replaced.</summary>
    public IConfigurationSection? Section { get; set; }

    /// <summary>Whether the handler has been added. The first call to <c>AddCircuitBreaker()</c> determines its position.</summary>
    public bool IsInChain { get; set; }
}
