using Http.CircuitBreaker.Configuration;
using Http.CircuitBreaker.Telemetry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Http.CircuitBreaker.DependencyInjection;

/// <summary>Validates all clients' settings at startup, and reports all errors in one exception.</summary>
internal sealed class StartupValidator(
    ClientRegistrations registrations,
    IClientSettingsSource source,
    CircuitTelemetry telemetry,
    IConfiguration? configuration = null) : IValidateOptions<StartupValidator.Marker>
{
    public ValidateOptionsResult Validate(string? name, Marker options)
    {
        var valid = new List<(string Root, ClientSettings Settings)>();
        var errors = new List<string>();
        IReadOnlyList<string> clients = [.. GetDefaultClients().Concat(registrations.Named.Keys).Distinct()];
        WarnAboutUnknownClients(clients);
        foreach (var client in clients)
        {
            try
            {
                valid.Add((registrations.FindRoot(client, configuration)?.Path ?? "", source.Load(client)));
            }
            catch (OptionsValidationException exception)
            {
                errors.AddRange(exception.Failures);
            }
        }

        if (errors.Count > 0)
        {
            return ValidateOptionsResult.Fail(errors.Distinct());
        }

        foreach (var sharing in valid.GroupBy(client => client.Root, client => client.Settings))
        {
            WarnAboutUnusedHosts($"{sharing.Key}:{ClientRegistrations.Hosts}", [.. sharing]);
        }

        return ValidateOptionsResult.Success;
    }

    // Returns the clients that have a section but are not registered by name, and the default name for all other clients.
    private IEnumerable<string> GetDefaultClients()
    {
        if (registrations.Defaults is null)
        {
            return [];
        }

        return registrations.FindRoot(Options.DefaultName, configuration) is { } root
            ? [Options.DefaultName, .. registrations.GetUnregisteredNames(root)]
            : [Options.DefaultName];
    }

    private void WarnAboutUnknownClients(IEnumerable<string> clients)
    {
        foreach (var error in clients.Select(client => registrations.FindRoot(client, configuration))
            .OfType<IConfigurationSection>()
            .DistinctBy(root => root.Path)
            .Where(registrations.AllowsUnknownClients)
            .SelectMany(registrations.GetUnknownClients))
        {
            telemetry.OnUnknownClient(error);
        }
    }

    // This is only a warning, because clients share the Hosts section and a wider scope may be temporary.
    private void WarnAboutUnusedHosts(string path, IReadOnlyCollection<ClientSettings> clients)
    {
        var isPerPort = clients.Any(client => client.Options.Scope == CircuitScope.Origin);
        var isPerHost = isPerPort || clients.Any(client => client.Options.Scope == CircuitScope.Host);
        foreach (var (host, port) in clients.SelectMany(client => client.Hosts).Distinct())
        {
            if (port is null && !isPerHost)
            {
                telemetry.OnUnreachableHost($"{path}:{host}", "host", $"{CircuitScope.Host} or {CircuitScope.Origin}");
            }
            else if (port is not null && isPerHost && !isPerPort)
            {
                telemetry.OnUnreachableHost($"{path}:{host}:{port}", "port", $"{CircuitScope.Origin}");
            }
        }
    }

    /// <summary>An empty options class, which is needed to use <c>ValidateOnStart</c>.</summary>
    internal sealed class Marker;
}
