using Microsoft.Extensions.Configuration;

namespace Http.CircuitBreaker.Configuration;

/// <summary>The clients that have a circuit breaker, with their settings in code.</summary>
internal sealed class ClientRegistrations
{
    public const string RootSection = "HttpCircuitBreaker";
    public const string Clients = "Clients";
    public const string Hosts = "Hosts";

    /// <summary>The registration of the client defaults; null if they have no circuit breaker.</summary>
    public ClientRegistration? Defaults { get; private set; }

    public Dictionary<string, ClientRegistration> Named { get; } = [];

    /// <summary>The child sections of the root section that are not options.</summary>
    public HashSet<string> ChildSections { get; } = new(StringComparer.OrdinalIgnoreCase) { Clients, Hosts };

    private IEnumerable<string> Names => Named.Keys.Where(name => name.Length > 0);

    /// <param name="client">The name of the client; null for the client defaults.</param>
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

    /// <summary>The delegates for a client, in the order in which they run.</summary>
    public IEnumerable<Action<CircuitBreakerOptions>> GetDelegates(string client) =>
        [.. Defaults?.Delegates ?? [], .. Named.GetValueOrDefault(client)?.Delegates ?? []];

    /// <summary>Returns an error for each client section whose client is not registered.</summary>
    public IEnumerable<string> GetUnknownClients(IConfigurationSection root) => GetUnknownSections(root).Select(
        section => $"{section.Path}: no client of that name has a circuit breaker{NearestName.Suggest(section.Key, Names)}");

    /// <summary>The clients that have a section, but only the circuit breaker of the client defaults.</summary>
    /// <remarks>Omits a section that has unknown subsections: it may be the first part of a client name that contains a colon.</remarks>
    public IEnumerable<string> GetUnregisteredNames(IConfigurationSection root) => GetUnknownSections(root)
        .Where(section => !section.GetChildren().Any(
            child => CircuitBreakerOptionTable.Table.Find(child.Key) is null && child.GetChildren().Any()))
        .Select(section => section.Key);

    // The configuration splits a client name at each colon, so the key of a section is the first part of the name.
    private IEnumerable<IConfigurationSection> GetUnknownSections(IConfigurationSection root) => root.GetSection(Clients).GetChildren()
        .Where(section => !Names.Any(
            name => name.Split(ConfigurationPath.KeyDelimiter)[0].Equals(section.Key, StringComparison.OrdinalIgnoreCase)));
}

/// <summary>The settings in code of one client, or of the client defaults.</summary>
internal sealed class ClientRegistration
{
    public List<Action<CircuitBreakerOptions>> Delegates { get; } = [];

    /// <summary>The section to read instead of <c>HttpCircuitBreaker</c>; null = not set.</summary>
    public IConfigurationSection? Section { get; set; }

    /// <summary>Whether the handler was added. The first call of <c>AddCircuitBreaker()</c> decides its place in the chain.</summary>
    public bool IsInChain { get; set; }
}
