namespace Http.CircuitBreaker.Configuration;

/// <summary>The immutable settings of a client and of its hosts.</summary>
/// <param name="options">Valid options.</param>
/// <param name="hosts">The options of hosts that have overrides.</param>
internal sealed class ClientSettings(
    CircuitBreakerOptions options, IReadOnlyDictionary<(string Host, int? Port), CircuitBreakerOptions>? hosts = null)
{
    private readonly HostSettings _client = HostSettings.From(options);
    private readonly Dictionary<(string Host, int? Port), HostSettings> _hosts =
        hosts?.ToDictionary(host => host.Key, host => HostSettings.From(host.Value)) ?? [];

    /// <summary>The options that concern the client as a whole.</summary>
    public CircuitBreakerOptions Options => options;

    /// <summary>The hosts and ports that have overrides.</summary>
    public IReadOnlyCollection<(string Host, int? Port)> Hosts => _hosts.Keys;

    /// <summary>The settings of a circuit: those of its port, else of its host, else of the client.</summary>
    public HostSettings For(CircuitKey key)
    {
        if (_hosts.Count == 0 || key.Host is not { } host)
        {
            return _client;
        }

        return _hosts.TryGetValue((host, key.Port), out var settings) || _hosts.TryGetValue((host, null), out settings)
            ? settings
            : _client;
    }
}
