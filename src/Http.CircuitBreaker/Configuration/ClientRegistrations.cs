using Microsoft.Extensions.Configuration;

namespace Http.CircuitBreaker.Configuration;

/// <summary>The clients that have a circuit breaker, and their settings in code.</summary>
internal sealed class ClientRegistrations
{
    public const string RootSection = "HttpCircuitBreaker";
    public const string Clients = "Clients";
    public const string Hosts = "Hosts";

    private readonly Dictionary<string, ClientRegistration> _named = [];

    /// <summary>The registration for all clients; null unless the client defaults have a circuit breaker.</summary>
    public ClientRegistration? Defaults { get; private set; }

    public IReadOnlyDictionary<string, ClientRegistration> Named => _named;

    /// <summary>The child sections of the root that are not settings.</summary>
    public HashSet<string> ChildSections { get; } = new(StringComparer.OrdinalIgnoreCase) { Clients, Hosts };

    private IEnumerable<string> Names => _named.Keys.Where(name => name.Length > 0);

    /// <param name="client">The client's name; null for the client defaults.</param>
    public ClientRegistration Register(string? client)
    {
        if (client is null)
        {
            return Defaults ??= new ClientRegistration();
        }

        if (!_named.TryGetValue(client, out var registration))
        {
            _named.Add(client, registration = new ClientRegistration());
        }

        return registration;
    }

    public bool Covers(string client) => Defaults is not null || _named.ContainsKey(client);

    /// <summary>The root section of a client; null without a configuration or a circuit breaker.</summary>
    public IConfigurationSection? RootFor(string client, IConfiguration? configuration) => Covers(client)
        ? _named.GetValueOrDefault(client)?.Section ?? Defaults?.Section ?? configuration?.GetSection(RootSection)
        : null;

    /// <summary>The delegates of a client in their order; those of the client defaults come first.</summary>
    public IEnumerable<Action<CircuitBreakerOptions>> DelegatesFor(string client) =>
        [.. Defaults?.Delegates ?? [], .. _named.GetValueOrDefault(client)?.Delegates ?? []];

    /// <summary>An error for each section of a client that is not registered.</summary>
    public IEnumerable<string> UnknownClients(IConfigurationSection root) => UnknownSections(root).Select(
        section => $"{section.Path}: no client of that name has a circuit breaker{NearestName.Suggest(section.Key, Names)}");

    /// <summary>The clients that have a section and are covered only by the client defaults.</summary>
    /// <remarks>Omits sections that may be the first part of a name with a colon, whose rest is not known here.</remarks>
    public IEnumerable<string> UnregisteredNames(IConfigurationSection root) => UnknownSections(root)
        .Where(section => !section.GetChildren().Any(
            child => CircuitBreakerOptionTable.Table.Find(child.Key) is null && child.GetChildren().Any()))
        .Select(section => section.Key);

    // A name with a colon is a path in the configuration, so its first part is the key.
    private IEnumerable<IConfigurationSection> UnknownSections(IConfigurationSection root) => root.GetSection(Clients).GetChildren()
        .Where(section => !Names.Any(
            name => name.Split(ConfigurationPath.KeyDelimiter)[0].Equals(section.Key, StringComparison.OrdinalIgnoreCase)));
}

/// <summary>The settings in code of one client, or of all clients.</summary>
internal sealed class ClientRegistration
{
    public List<Action<CircuitBreakerOptions>> Delegates { get; } = [];

    /// <summary>Replaces the root section of the container's configuration; null = not set.</summary>
    public IConfigurationSection? Section { get; set; }

    /// <summary>Whether the handler is in the chain. The first registration decides its place.</summary>
    public bool IsInChain { get; set; }
}
