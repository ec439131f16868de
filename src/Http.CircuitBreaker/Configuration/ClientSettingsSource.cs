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
/// <remarks>IOptionsMonitor is not used, because it throws an exception when options are read after an invalid change.</remarks>
internal sealed class RegisteredSettings(
    ClientRegistrations registrations,
    IEnumerable<IConfigureOptions<CircuitBreakerOptions>> configure,
    IEnumerable<IPostConfigureOptions<CircuitBreakerOptions>> postConfigure,
    IEnumerable<IValidateOptions<CircuitBreakerOptions>> validate,
    IConfiguration? configuration = null)
    : IClientSettingsSource
{
    private readonly OptionsFactory<CircuitBreakerOptions> _factory = new(configure, postConfigure);

    public bool Covers(string client) => registrations.Covers(client);

    public ClientSettings Load(string client)
    {
        // Hosts and circuits inherit the client's options. All errors of the client, its hosts and its circuits are reported together.
        var (options, root) = (_factory.Create(client), registrations.FindRoot(client, configuration));
        var hosts = new HostOverrides(root, options);
        var section = ConfigurationPath.Combine(ClientRegistrations.Clients, client, ClientRegistrations.Circuits);
        var circuits = new NameOverrides(root?.GetSection(section), options, hosts.Options);
        OverrideReader[] overrides = [hosts, circuits];
        List<string> errors =
        [
            .. validate.SelectMany(validator => validator.Validate(client, options).Failures ?? []),
            .. overrides.SelectMany(reader => reader.Errors),
            .. overrides.SelectMany(reader => reader.ValueErrors)
                .Select(error => $"{CircuitBreakerOptionsSetup.FormatOwner(client)}, {error}"),
        ];
        return errors.Count == 0
            ? new ClientSettings(options, hosts.Options, circuits.CreateSettings(), Exists(root) ? root!.Path : null)
            {
                Sources = root is null ? [] : [.. ReadSources(root, client)],
            }
            : throw new OptionsValidationException(client, typeof(CircuitBreakerOptions), errors.Distinct());
    }

    // Returns the options of the root section first, and then the same options overridden by the client section.
    private IEnumerable<(string Section, CircuitBreakerOptions Options)> ReadSources(IConfigurationSection root, string client)
    {
        var options = new CircuitBreakerOptions();
        CircuitBreakerOptionTable.Table.Read(root, options, registrations.ChildSections);
        yield return (root.Path, options.Clone());
        var section = root.GetSection(ConfigurationPath.Combine(ClientRegistrations.Clients, client));
        CircuitBreakerOptionTable.Table.Read(section, options, ClientRegistrations.Circuits);
        yield return (section.Path, options);
    }

    // IConfigurationSection.Exists() is false for an empty JSON object, so also look for the key among the children of the parent.
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
