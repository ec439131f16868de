using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Http.CircuitBreaker.Configuration;

/// <summary>Reads the section <c>Hosts</c>: settings for a host, and under a number for one port of it.</summary>
internal static class HostOverrides
{
    public static void Read(IConfigurationSection hosts, CircuitBreakerOptions options)
    {
        SectionReader.RequireObject(hosts, options);
        foreach (var section in hosts.GetChildren())
        {
            if (HostOf(section.Key) is not { } host)
            {
                options.Faults.Add($"{section.Path}: '{section.Key}' is no host name; write it without scheme, port and path, as in 'api.example.com'.");
                continue;
            }

            var ofHost = Read(section, options, options, isPort: false);
            options.Hosts[(host, null)] = ofHost;
            foreach (var port in section.GetChildren().Where(SectionReader.IsPort))
            {
                ReadPort(host, port, ofHost, options);
            }
        }
    }

    // In the form that keys have; null for what is no host name.
    private static string? HostOf(string name)
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
            // The check lets letters pass that no international name may have.
            return null;
        }
    }

    private static void ReadPort(string host, IConfigurationSection section, CircuitBreakerOptions ofHost, CircuitBreakerOptions options)
    {
        if (ushort.TryParse(section.Key, NumberStyles.None, CultureInfo.InvariantCulture, out var port))
        {
            options.Hosts[(host, port)] = Read(section, ofHost, options, isPort: true);
        }
        else
        {
            options.Faults.Add($"{section.Path}: '{section.Key}' is no port; it must be from 0 to 65535.");
        }
    }

    private static CircuitBreakerOptions Read(IConfigurationSection section, CircuitBreakerOptions from, CircuitBreakerOptions faults, bool isPort)
    {
        var options = from.Clone();
        SectionReader.ReadHost(section, options, isPort);
        faults.Faults.AddRange(options.Faults);
        options.Faults.Clear();
        return options;
    }
}
