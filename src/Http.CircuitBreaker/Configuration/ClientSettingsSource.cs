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
        var (options, root) = (factory.Create(client), registrations.FindRoot(client, configuration));
        return new ClientSettings(options, options.Hosts, Exists(root) ? root!.Path : null);
    }

    // An empty JSON object has neither a value nor children, but its parent lists its key.
    private bool Exists(IConfigurationSection? root) => root is not null && (root.Exists()
        || Parent(root.Path)?.GetChildren().Any(child => child.Key.Equals(root.Key, StringComparison.OrdinalIgnoreCase)) == true);

    private IConfiguration? Parent(string path) =>
        ConfigurationPath.GetParentPath(path) is { } parent ? configuration?.GetSection(parent) : configuration;
}

/// <summary>The settings of handlers created without a service container.</summary>
internal sealed class StandaloneSettings(ClientSettings settings) : IClientSettingsSource
{
    public const string ClientName = "";

    public bool Covers(string client) => client == ClientName;

    public ClientSettings Load(string client) => settings;
}
