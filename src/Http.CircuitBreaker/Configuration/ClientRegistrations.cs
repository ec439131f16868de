using Microsoft.Extensions.Configuration;

namespace Http.CircuitBreaker.Configuration;

/// <summary>The clients with a circuit breaker and their settings in code.</summary>
internal sealed class ClientRegistrations
{
    public const string RootSection = "HttpCircuitBreaker";
    public const string Clients = "Clients";
    public const string Hosts = "Hosts";

    private readonly Dictionary<string, ClientRegistration> _named = [];

    /// <summary>The registration of the client defaults; null if they have no circuit breaker.</summary>
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

    /// <summary>The root section of a client; null if it has no configuration or no circuit breaker.</summary>
    public IConfigurationSection? FindRoot(string client, IConfiguration? configuration) => Covers(client)
        ? _named.GetValueOrDefault(client)?.Section ?? Defaults?.Section ?? configuration?.GetSection(RootSection)
        : null;

    /// <summary>The delegates of a client in order, starting with those of the client defaults.</summary>
    public IEnumerable<Action<CircuitBreakerOptions>> GetDelegates(string client) =>
        [.. Defaults?.Delegates ?? [], .. _named.GetValueOrDefault(client)?.Delegates ?? []];

    /// <summary>An error for each section of a client that is not registered.</summary>
    public IEnumerable<string> GetUnknownClients(IConfigurationSection root) => GetUnknownSections(root).Select(
        section => $"{section.Path}: no client of that name has a circuit breaker{NearestName.Suggest(section.Key, Names)}");

    /// <summary>The clients that have a section and are covered only by the client defaults.</summary>
    /// <remarks>Omits sections that may be the first part of a name with a colon, because the full name is unknown.</remarks>
    public IEnumerable<string> GetUnregisteredNames(IConfigurationSection root) => GetUnknownSections(root)
        .Where(section => !section.GetChildren().Any(
            child => CircuitBreakerOptionTable.Table.Find(child.Key) is null && child.GetChildren().Any()))
        .Select(section => section.Key);

    // A name with a colon is a path in the configuration, so its first part is the key.
    private IEnumerable<IConfigurationSection> GetUnknownSections(IConfigurationSection root) => root.GetSection(Clients).GetChildren()
        .Where(section => !Names.Any(
            name => name.Split(ConfigurationPath.KeyDelimiter)[0].Equals(section.Key, StringComparison.OrdinalIgnoreCase)));
}

/// <summary>The settings in code of one client, or of all clients.</summary>
internal sealed class ClientRegistration
{
    public List<Action<CircuitBreakerOptions>> Delegates { get; } = [];

    /// <summary>Replaces the section <c>HttpCircuitBreaker</c> of the container's configuration; null = not set.</summary>
    public IConfigurationSection? Section { get; set; }

    /// <summary>Whether the handler was added. The first registration decides its place in the chain.</summary>
    public bool IsInChain { get; set; }
}
