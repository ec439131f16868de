using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Http.CircuitBreaker.Configuration;

/// <summary>Brings the layers of a client's options together; later wins: defaults, root, client, delegates, host.</summary>
internal sealed class CircuitBreakerOptionsSetup(ClientRegistrations registrations, IConfiguration? configuration = null)
    : IConfigureNamedOptions<CircuitBreakerOptions>, IPostConfigureOptions<CircuitBreakerOptions>
{
    public void Configure(CircuitBreakerOptions options) => Configure(Options.DefaultName, options);

    public void Configure(string? name, CircuitBreakerOptions options)
    {
        var client = name ?? Options.DefaultName;
        if (!registrations.Covers(client))
        {
            return;
        }

        if (registrations.RootFor(client, configuration) is { } root)
        {
            SectionReader.Read(root, options, registrations.ChildSections);
            SectionReader.RequireObject(root.GetSection(ClientRegistrations.Clients), options);
            SectionReader.Read(ClientSection(root, client), options, []);
            CheckClientNames(root, options);
        }

        foreach (var configure in registrations.DelegatesFor(client))
        {
            configure(options);
        }
    }

    public void PostConfigure(string? name, CircuitBreakerOptions options)
    {
        var client = name ?? Options.DefaultName;
        if (registrations.Covers(client) && registrations.RootFor(client, configuration) is { } root)
        {
            HostOverrides.Read(root.GetSection(ClientRegistrations.Hosts), options);
        }
    }

    private static IConfigurationSection ClientSection(IConfigurationSection root, string client) =>
        root.GetSection($"{ClientRegistrations.Clients}{ConfigurationPath.KeyDelimiter}{client}");

    // Where the defaults cover every client, any name may be meant for one: the start-up check warns of those it does not know.
    private void CheckClientNames(IConfigurationSection root, CircuitBreakerOptions options)
    {
        if (registrations.Defaults is null)
        {
            options.Faults.AddRange(ClientNames.Unknown(root, registrations));
        }
    }
}
