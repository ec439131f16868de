using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Http.CircuitBreaker.Configuration;

/// <summary>Reads the <c>Hosts</c> section, which has a child section per host. A host can have child sections for its ports.</summary>
internal sealed class HostOverrides : OverrideReader
{
    private readonly Dictionary<(string Host, int? Port), string> _paths = [];

    /// <param name="root">The root section; null if there is no configuration.</param>
    /// <param name="client">The client options, which the hosts inherit.</param>
    public HostOverrides(IConfigurationSection? root, CircuitBreakerOptions client)
        : base("host")
    {
        if (root is null)
        {
            return;
        }

        var hosts = root.GetSection(ClientRegistrations.Hosts);
        Errors.AddRange(OptionTable.RequireObject(hosts));
        var sections = hosts.GetChildren().ToList();
        if (sections.Exists(section => section.Key == "0"))
        {
            Errors.Add($"{hosts.Path}: expected an object whose keys are host names, not a list");
            return;
        }

        foreach (var (name, section) in sections.SelectMany(section => Rejoin(section.Key, section)))
        {
            ReadHost(name, section, client);
        }
    }

    /// <summary>The complete options for each host and port. A null port means all ports.</summary>
    public Dictionary<(string Host, int? Port), CircuitBreakerOptions> Options { get; } = [];

    public static string Format((string Host, int? Port) host) => host.Port is null ? host.Host : $"{host.Host}:{host.Port}";

    // Configuration splits a key at each colon. Rejoin the parts of an IPv6 address in brackets. Also rejoin the parts of a URL, which is
    // invalid here, so that the error message shows the whole URL.
    private static IEnumerable<(string Name, IConfigurationSection Section)> Rejoin(string name, IConfigurationSection section)
    {
        var isAddress = name.StartsWith('[') && !name.Contains(']', StringComparison.Ordinal);
        var rest = section.GetChildren().Where(child => isAddress || child.Key.StartsWith("//", StringComparison.Ordinal)).ToList();
        return rest.Count == 0 ? [(name, section)] : rest.SelectMany(child => Rejoin($"{name}:{child.Key}", child));
    }

    private void ReadHost(string name, IConfigurationSection section, CircuitBreakerOptions client)
    {
        if (ParseHost(name) is not { } host)
        {
            Errors.Add($"{section.Path}: '{name}' is not a host name; "
                + "use only the host, without a scheme, port, path or wildcard, for example api.example.com or [::1]");
            return;
        }

        var ports = section.GetChildren().Where(child => child.Key.All(char.IsAsciiDigit)).ToList();
        var options = Read(section, $"host '{name}'", client, ports.Select(port => port.Key));
        Add(host, port: null, section, options);
        foreach (var portSection in ports)
        {
            if (ushort.TryParse(portSection.Key, NumberStyles.None, CultureInfo.InvariantCulture, out var port))
            {
                Add(host, port, portSection, Read(portSection, $"host '{name}:{port}'", options, []));
            }
            else
            {
                Errors.Add($"{portSection.Path}: '{portSection.Key}' is not a port; it must be from 0 to 65535");
            }
        }
    }

    private void Add(string host, int? port, IConfigurationSection section, CircuitBreakerOptions options)
    {
        if (_paths.TryAdd((host, port), section.Path))
        {
            Options.Add((host, port), options);
        }
        else
        {
            Errors.Add($"{section.Path}: is the same {(port is null ? "host" : "port")} as {_paths[(host, port)]}; remove one of them");
        }
    }

    // Returns the host as it appears in circuit keys; null if the name is not a valid host or contains other parts of a URI.
    private static string? ParseHost(string name)
    {
        try
        {
            return name.AsSpan().IndexOfAny("/?#@ ") < 0
                && Uri.TryCreate($"http://{name}", UriKind.Absolute, out var uri)
                && uri.PathAndQuery == "/"
                    ? CircuitKey.FromUri("", uri).Host
                    : null;
        }
        catch (UriFormatException)
        {
            // Uri.TryCreate accepts some host names for which Uri.IdnHost throws.
            return null;
        }
    }
}
