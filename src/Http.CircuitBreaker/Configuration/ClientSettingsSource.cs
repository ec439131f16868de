using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Http.CircuitBreaker.Configuration;

internal interface IClientSettingsSource
{
    /// <summary>Whether the client has a circuit breaker.</summary>
    bool Covers(string client);

    /// <exception cref="OptionsValidationException">The settings are invalid. The exception lists all errors.</exception>
    ClientSettings Load(string client);
}

/// <summary>The settings of the clients registered in a service container.</summary>
/// <remarks>IOptionsMonitor is not used, because it throws after an invalid change.</remarks>
internal sealed class RegisteredSettings(
    ClientRegistrations registrations, IOptionsFactory<CircuitBreakerOptions> factory, IConfiguration? configuration = null)
    : IClientSettingsSource
{
    public bool Covers(string client) => registrations.Covers(client);

    public ClientSettings Load(string client)
    {
        // Create validates the host settings too, so do not check HostOverrides for errors again.
        var options = factory.Create(client);
        return new ClientSettings(options, new HostOverrides(registrations.FindRoot(client, configuration), options).Options);
    }
}

/// <summary>The settings of handlers created without a service container.</summary>
internal sealed class StandaloneSettings(ClientSettings settings) : IClientSettingsSource
{
    public const string ClientName = "";

    public bool Covers(string client) => client == ClientName;

    public ClientSettings Load(string client) => settings;
}
