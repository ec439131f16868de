using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Http.CircuitBreaker.Configuration;

/// <summary>Reads the section <c>Hosts</c>: overrides for a host, and under a port number for one port of it.</summary>
internal sealed class HostOverrides
{
    private readonly Dictionary<(string Host, int? Port), CircuitBreakerOptions> _options = [];
    private readonly List<string> _errors = [];
    private readonly List<string> _valueErrors = [];

    /// <param name="root">The root section; null = there is no configuration.</param>
    /// <param name="client">The client's options, which a host inherits. They are not changed.</param>
    public HostOverrides(IConfigurationSection? root, CircuitBreakerOptions client)
    {
        if (root?.GetSection(ClientRegistrations.Hosts) is not { } hosts)
        {
            return;
        }

        _errors.AddRange(OptionTable.RequireObject(hosts));
        foreach (var section in hosts.GetChildren())
        {
            ReadHost(section, client);
        }
    }

    /// <summary>The complete options of each host and port; without a port for all ports.</summary>
    public IReadOnlyDictionary<(string Host, int? Port), CircuitBreakerOptions> Options => _options;

    /// <summary>The errors in the section, with their full paths.</summary>
    public IReadOnlyCollection<string> Errors => _errors;

    /// <summary>The errors of valid settings that exclude each other, by host.</summary>
    public IReadOnlyCollection<string> ValueErrors => _valueErrors;

    private void ReadHost(IConfigurationSection section, CircuitBreakerOptions client)
    {
        if (ParseHost(section.Key) is not { } host)
        {
            _errors.Add($"{section.Path}: '{section.Key}' is not a host name; omit scheme, port and path, for example api.example.com");
            return;
        }

        var ports = section.GetChildren().Where(child => child.Key.All(char.IsAsciiDigit)).ToList();
        var options = Read(section, host, client, ports.Select(port => port.Key));
        _options[(host, null)] = options;
        foreach (var portSection in ports)
        {
            if (ushort.TryParse(portSection.Key, NumberStyles.None, CultureInfo.InvariantCulture, out var port))
            {
                _options[(host, port)] = Read(portSection, $"{host}:{port}", options, []);
            }
            else
            {
                _errors.Add($"{portSection.Path}: '{portSection.Key}' is not a port; it must be from 0 to 65535");
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
        _errors.AddRange(CircuitBreakerOptionTable.Table.Read(section, options, [.. otherKeys, .. clientOnly.Select(child => child.Key)]));
        _errors.AddRange(clientOnly.Select(child => $"{child.Path}: cannot be set for a host; set it for the client"));

        // Errors in inherited values are reported where they are set.
        var errors = CircuitBreakerOptionTable.Check(options).Except(CircuitBreakerOptionTable.Check(inherited));
        _valueErrors.AddRange(errors.Select(error => $"host '{host}': {error}"));
        return options;
    }

    // The host as circuit keys have it, with international names in punycode; null if it is not a host name.
    private static string? ParseHost(string name)
    {
        if (Uri.CheckHostName(name) == UriHostNameType.Unknown)
        {
            return null;
        }

        try
        {
            return CircuitKey.FromUri("", new Uri($"http://{name}")).Host;
        }
        catch (UriFormatException)
        {
            // CheckHostName accepts letters that are not valid in international names.
            return null;
        }
    }
}
