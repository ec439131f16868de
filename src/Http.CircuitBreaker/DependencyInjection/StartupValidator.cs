using Http.CircuitBreaker.Configuration;
using Http.CircuitBreaker.Telemetry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Http.CircuitBreaker.DependencyInjection;

/// <summary>Validates the settings of all clients when the host starts, and reports all errors in one exception.</summary>
internal sealed class StartupValidator(
    ClientRegistrations registrations,
    IClientSettingsSource source,
    ILoggerFactory loggerFactory,
    IConfiguration? configuration = null) : IValidateOptions<StartupValidator.Marker>
{
    private readonly ILogger _logger = loggerFactory.CreateLogger(TelemetryNames.Source);

    public ValidateOptionsResult Validate(string? name, Marker options)
    {
        var valid = new List<(string Root, ClientSettings Settings)>();
        var errors = new List<string>();
        foreach (var client in ClientsOfDefaults().Concat(registrations.Named.Keys).Distinct())
        {
            try
            {
                valid.Add((registrations.RootFor(client, configuration)?.Path ?? "", source.Load(client)));
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

        foreach (var clients in valid.GroupBy(client => client.Root, client => client.Settings))
        {
            WarnOfUnreachableHosts($"{clients.Key}:{ClientRegistrations.Hosts}", [.. clients]);
        }

        return ValidateOptionsResult.Success;
    }

    // The default name stands for all clients without a section.
    private IEnumerable<string> ClientsOfDefaults()
    {
        if (registrations.Defaults is null)
        {
            return [];
        }

        if (registrations.RootFor(Options.DefaultName, configuration) is not { } root)
        {
            return [Options.DefaultName];
        }

        foreach (var error in registrations.UnknownClients(root))
        {
            CircuitLog.UnknownClient(_logger, error);
        }

        return [Options.DefaultName, .. registrations.UnregisteredNames(root)];
    }

    // A warning only: the hosts are shared by clients, and a client's scope may be widened for a while.
    private void WarnOfUnreachableHosts(string path, IReadOnlyCollection<ClientSettings> clients)
    {
        var isPerPort = clients.Any(client => client.Options.Scope == CircuitScope.Origin);
        var isPerHost = isPerPort || clients.Any(client => client.Options.Scope == CircuitScope.Host);
        foreach (var (host, port) in clients.SelectMany(client => client.Hosts).Distinct())
        {
            if (port is null && !isPerHost)
            {
                CircuitLog.HostOutOfReach(_logger, $"{path}:{host}", "host", $"{CircuitScope.Host} or {CircuitScope.Origin}");
            }
            else if (port is not null && isPerHost && !isPerPort)
            {
                CircuitLog.HostOutOfReach(_logger, $"{path}:{host}:{port}", "port", $"{CircuitScope.Origin}");
            }
        }
    }

    /// <summary>Options without a value, validated on start.</summary>
    internal sealed class Marker;
}
