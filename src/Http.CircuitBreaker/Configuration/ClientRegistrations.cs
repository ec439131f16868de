using System.Collections.Concurrent;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Primitives;

namespace Http.CircuitBreaker.Configuration;

/// <summary>The clients that have a circuit breaker, and how they are configured in code.</summary>
internal sealed class ClientRegistrations
{
    public const string RootSection = "HttpCircuitBreaker";
    public const string Clients = "Clients";
    public const string Hosts = "Hosts";
    public const string Circuits = "Circuits";
    public const string AllowUnknownClients = "AllowUnknownClients";

    private readonly Dictionary<string, string> _names = [];
    private readonly HashSet<(bool IsDefaults, string Client)> _inChain = [];
    private readonly ConcurrentDictionary<string, (IChangeToken Token, WeakReference<IConfigurationSection> Copy)> _copies = [];

    /// <summary>The registration made in <c>ConfigureHttpClientDefaults</c>; null if there is none.</summary>
    public ClientRegistration? Defaults { get; private set; }

    /// <summary>The registrations, indexed by the name used in configuration, metrics and circuit keys.</summary>
    public Dictionary<string, ClientRegistration> Named { get; } = [];

    /// <summary>The names of the root section's child sections that are not options.</summary>
    public HashSet<string> ChildSections { get; } = new(StringComparer.OrdinalIgnoreCase) { Clients, Hosts, AllowUnknownClients };

    private IEnumerable<string> Names => Named.Keys.Where(name => name.Length > 0);

    /// <param name="client">The client name in the client factory; null for <c>ConfigureHttpClientDefaults</c>.</param>
    public ClientRegistration Register(string? client) => client is null
        ? Defaults ??= new ClientRegistration()
        : GetOrAdd(NameOf(client));

    /// <summary>Returns a client's circuit breaker name: its own name, unless <see cref="Rename"/> has replaced it.</summary>
    public string NameOf(string client) => _names.GetValueOrDefault(client, client);

    /// <summary>Replaces a client's circuit breaker name. Clients with the same name share settings and circuits.</summary>
    /// <exception cref="InvalidOperationException">The client already has a different name.</exception>
    public void Rename(string client, string name)
    {
        if (!_names.TryAdd(client, name) && _names[client] != name)
        {
            throw new InvalidOperationException(
                $"The circuit breaker of client '{client}' is already named '{_names[client]}'; use the same name in each registration.");
        }

        if (client != name && Named.Remove(client, out var registration))
        {
            var renamed = GetOrAdd(name);
            renamed.Delegates.AddRange(registration.Delegates);
            renamed.Section ??= registration.Section;
        }
    }

    /// <summary>
    /// Returns true only on the first call for a client, so that the handler is added only once, at the position of its first registration.
    /// </summary>
    public bool TryAddToChain(string? client) => _inChain.Add((client is null, client ?? ""));

    public bool Covers(string client) => Defaults is not null || Named.ContainsKey(client);

    /// <summary>The root section for a client; null if the client has no circuit breaker or there is no configuration.</summary>
    public IConfigurationSection? FindRoot(string client, IConfiguration? configuration)
    {
        var own = Named.GetValueOrDefault(client)?.Section ?? Defaults?.Section;
        return Covers(client) && (own ?? configuration?.GetSection(RootSection)) is { } root ? GetCopy(root, configuration) : null;
    }

    /// <summary>The delegates that set a client's options in code, in the order in which they run.</summary>
    public IEnumerable<Action<CircuitBreakerOptions>> GetDelegates(string client) =>
        [.. Defaults?.Delegates ?? [], .. Named.GetValueOrDefault(client)?.Delegates ?? []];

    /// <summary>Returns an error for each client section whose client is not registered.</summary>
    public IEnumerable<string> GetUnknownClients(IConfigurationSection root)
    {
        var unknown = GetUnknownSections(root).ToList();
        return unknown.Exists(section => section.Key == "0")
            ? [$"{ConfigurationPath.Combine(root.Path, Clients)}: expected an object whose keys are client names, not a list"]
            : unknown.Select(section => $"{section.Path}: no client with that name has a circuit breaker{SuggestName(section.Key)}");
    }

    /// <summary>Whether unknown clients in the configuration are only logged, not reported as errors.</summary>
    public bool AllowsUnknownClients(IConfigurationSection root) =>
        Defaults is not null || (bool.TryParse(root[AllowUnknownClients], out var isAllowed) && isAllowed);

    /// <summary>Returns an error if <c>AllowUnknownClients</c> is neither true nor false.</summary>
    public static IEnumerable<string> CheckAllowUnknownClients(IConfigurationSection root) =>
        root.GetSection(AllowUnknownClients) is { Value: var value } section && section.Exists() && !bool.TryParse(value, out _)
            ? [$"{section.Path}: '{value}' is not a boolean; use true or false"]
            : [];

    /// <summary>Returns the names of clients that have a section but are not registered by name.</summary>
    /// <remarks>
    /// Skips sections with an unknown child section, because the client's name may contain a colon, in which case the section's key is only
    /// the first part of the name.
    /// </remarks>
    public IEnumerable<string> GetUnregisteredNames(IConfigurationSection root) => GetUnknownSections(root)
        .Where(section => !section.GetChildren().Any(
            child => CircuitBreakerOptionTable.Table.Find(child.Key) is null
                && !child.Key.Equals(Circuits, StringComparison.OrdinalIgnoreCase)
                && child.GetChildren().Any()))
        .Select(section => section.Key);

    // Copies the section, or returns the last copy if the configuration has not been reloaded since. The reference to the copy is weak, so
    // that an unused copy does not take up memory.
    private IConfigurationSection GetCopy(IConfigurationSection root, IConfiguration? configuration)
    {
        var token = root.GetReloadToken();
        if (_copies.TryGetValue(root.Path, out var last) && last.Token == token && last.Copy.TryGetTarget(out var copy))
        {
            return copy;
        }

        copy = SectionTree.TryCopy(root, configuration) ?? root;
        _copies[root.Path] = (token, new(copy));
        return copy;
    }

    private string SuggestName(string unknown)
    {
        if (NearestName.SuggestUnderscores(unknown, CircuitBreakerOptionTable.Table.Rows.Select(row => row.Key)) is { Length: > 0 } hint)
        {
            return hint;
        }

        var suggestion = NearestName.Suggest(unknown, Names);
        return suggestion.Length > 0 || !Names.Any()
            ? suggestion
            : $"; the clients are {string.Join(", ", Names.Order(StringComparer.Ordinal).Take(10).Select(name => $"'{name}'"))}";
    }

    private ClientRegistration GetOrAdd(string name)
    {
        if (!Named.TryGetValue(name, out var registration))
        {
            Named.Add(name, registration = new ClientRegistration());
        }

        return registration;
    }

    // Configuration splits a client name at each colon, so a section key is compared only with the first part of each client name.
    private IEnumerable<IConfigurationSection> GetUnknownSections(IConfigurationSection root) => root.GetSection(Clients).GetChildren()
        .Where(section => !Names.Any(
            name => name.Split(ConfigurationPath.KeyDelimiter)[0].Equals(section.Key, StringComparison.OrdinalIgnoreCase)));
}

/// <summary>What was configured in code for one client or, through <c>ConfigureHttpClientDefaults</c>, for all clients.</summary>
internal sealed class ClientRegistration
{
    public List<Action<CircuitBreakerOptions>> Delegates { get; } = [];

    /// <summary>The section to read instead of <c>HttpCircuitBreaker</c>; null to read <c>HttpCircuitBreaker</c>.</summary>
    public IConfigurationSection? Section { get; set; }
}
