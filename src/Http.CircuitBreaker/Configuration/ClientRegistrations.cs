using Microsoft.Extensions.Configuration;

namespace Http.CircuitBreaker.Configuration;

/// <summary>Which clients have a circuit breaker, and what was said about them in code.</summary>
internal sealed class ClientRegistrations
{
    public const string RootSection = "HttpCircuitBreaker";
    public const string Clients = "Clients";
    public const string Hosts = "Hosts";

    private readonly Dictionary<string, ClientRegistration> _named = [];

    /// <summary>For every client; null unless the breaker was added to the client defaults.</summary>
    public ClientRegistration? Defaults { get; private set; }

    public IReadOnlyDictionary<string, ClientRegistration> Named => _named;

    /// <summary>The child sections of the root that somebody reads.</summary>
    public HashSet<string> ChildSections { get; } = new(StringComparer.OrdinalIgnoreCase) { Clients, Hosts };

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

    public IConfigurationSection? RootFor(string client, IConfiguration? configuration) =>
        _named.GetValueOrDefault(client)?.Section ?? Defaults?.Section ?? configuration?.GetSection(RootSection);

    /// <summary>In the order in which they apply: those of the defaults come first, wherever they were registered.</summary>
    public IEnumerable<Action<CircuitBreakerOptions>> DelegatesFor(string client) =>
        [.. Defaults?.Delegates ?? [], .. _named.GetValueOrDefault(client)?.Delegates ?? []];
}
