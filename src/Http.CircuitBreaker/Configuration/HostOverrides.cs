using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Http.CircuitBreaker.Configuration;

/// <summary>Reads the <c>Hosts</c> section, which has a child section per host. A host can have child sections for its ports.</summary>
internal sealed class HostOverrides
{
    /// <param name="root">The root section; null if there is no configuration.</param>
    /// <param name="client">The client options, which the hosts inherit.</param>
    public HostOverrides(IConfigurationSection? root, CircuitBreakerOptions client)
    {
        if (root?.GetSection(ClientRegistrations.Hosts) is not { } hosts)
        {
            return;
        }

        Errors.AddRange(OptionTable.RequireObject(hosts));
        foreach (var section in hosts.GetChildren())
        {
            ReadHost(section, client);
        }
    }

    /// <summary>The complete options for each host and port. A null port means all ports.</summary>
    public Dictionary<(string Host, int? Port), CircuitBreakerOptions> Options { get; } = [];

    /// <summary>The errors in individual settings, with their full paths.</summary>
    public List<string> Errors { get; } = [];

    /// <summary>The errors in combinations of settings, such as a MaxBreakDuration below the BreakDuration.</summary>
    public List<string> ValueErrors { get; } = [];

    private void ReadHost(IConfigurationSection section, CircuitBreakerOptions client)
    {
        if (ParseHost(section.Key) is not { } host)
        {
            Errors.Add($"{section.Path}: '{section.Key}' is not a host name; omit scheme, port and path, for example api.example.com");
            return;
        }

        var ports = section.GetChildren().Where(child => child.Key.All(char.IsAsciiDigit)).ToList();
        var options = Read(section, host, client, ports.Select(port => port.Key));
        Options[(host, null)] = options;
        foreach (var portSection in ports)
        {
            if (ushort.TryParse(portSection.Key, NumberStyles.None, CultureInfo.InvariantCulture, out var port))
            {
                Options[(host, port)] = Read(portSection, $"{host}:{port}", options, []);
            }
            else
            {
                Errors.Add($"{portSection.Path}: '{portSection.Key}' is not a port; it must be from 0 to 65535");
            }
        }
    }

    private CircuitBreakerOptions Read(
        IConfigurationSection section, string host, CircuitBreakerOptions inherited, IEnumerable<string> otherKeys)
    {
        var options = inherited.Clone();
        var clientOnly = section.GetChildren()
            .Where(child => CircuitBreakerOptionTable.ClientOnly.Contains(child.Key, StringComparer.OrdinalIgnoreCase))
            .ToList();
        Errors.AddRange(CircuitBreakerOptionTable.Table.Read(section, options, [.. otherKeys, .. clientOnly.Select(child => child.Key)]));
        Errors.AddRange(clientOnly.Select(child => $"{child.Path}: cannot be set for a host; set it for the client"));

        // Omit errors in inherited values, because they are already reported for the client.
        var errors = CircuitBreakerOptionTable.Check(options).Except(CircuitBreakerOptionTable.Check(inherited));
        ValueErrors.AddRange(errors.Select(error => $"host '{host}': {error}"));
        return options;
    }

    // Returns the host in the form used by circuit keys; null if the name is invalid.
    private static string? ParseHost(string name)
    {
        try
        {
            return Uri.CheckHostName(name) == UriHostNameType.Unknown ? null : CircuitKey.FromUri("", new Uri($"http://{name}")).Host;
        }
        catch (UriFormatException)
        {
            // CheckHostName accepts some characters that are not allowed in international domain names.
            return null;
        }
    }
}
