namespace Http.CircuitBreaker.Configuration;

/// <summary>The settings of one client and of those of its hosts that have their own; immutable, made from valid options.</summary>
internal sealed class ClientSettings
{
    private readonly HostSettings _ofEveryHost;
    private readonly Dictionary<(string Host, int? Port), HostSettings> _ofHosts;

    public ClientSettings(CircuitBreakerOptions options)
    {
        Options = options;
        _ofEveryHost = HostSettings.From(options);
        _ofHosts = options.Hosts.ToDictionary(host => host.Key, host => HostSettings.From(host.Value));
    }

    /// <summary>For what concerns the client as a whole.</summary>
    public CircuitBreakerOptions Options { get; }

    /// <summary>What holds for a circuit: its host and port, else its host, else the client.</summary>
    public HostSettings For(CircuitKey key)
    {
        if (_ofHosts.Count == 0 || key.Host is not { } host)
        {
            return _ofEveryHost;
        }

        return _ofHosts.TryGetValue((host, key.Port), out var settings) || _ofHosts.TryGetValue((host, null), out settings)
            ? settings
            : _ofEveryHost;
    }
}
