using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Http.CircuitBreaker.Configuration;

internal interface IClientSettingsSource
{
    /// <summary>Whether a client of that name has a circuit breaker.</summary>
    bool Covers(string client);

    /// <exception cref="OptionsValidationException">The settings are invalid. The exception lists all errors.</exception>
    ClientSettings Load(string client);
}

/// <summary>The settings of clients that are registered with a container.</summary>
/// <remarks>IOptionsMonitor is not used, because after an invalid change it throws until the next valid one.</remarks>
internal sealed class RegisteredSettings(
    ClientRegistrations registrations, IOptionsFactory<CircuitBreakerOptions> factory, IConfiguration? configuration = null)
    : IClientSettingsSource
{
    public bool Covers(string client) => registrations.Covers(client);

    public ClientSettings Load(string client)
    {
        // The factory validates the host overrides too.
        var options = factory.Create(client);
        return new ClientSettings(options, new HostOverrides(registrations.FindRoot(client, configuration), options).Options);
    }
}

/// <summary>The settings of handlers that are created without a container. Their client has no name.</summary>
internal sealed class StandaloneSettings(ClientSettings settings) : IClientSettingsSource
{
    public const string ClientName = "";

    public bool Covers(string client) => client == ClientName;

    public ClientSettings Load(string client) => settings;
}
