using Http.CircuitBreaker.Configuration;
using Http.CircuitBreaker.Telemetry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Http.CircuitBreaker.DependencyInjection;

/// <summary>Validates the settings of all clients when the host starts, so that one exception names every fault of them.</summary>
internal sealed class StartupValidator(
    ClientRegistrations registrations,
    IOptionsFactory<CircuitBreakerOptions> factory,
    ILoggerFactory loggerFactory,
    IConfiguration? configuration = null) : IValidateOptions<StartupValidator.Marker>
{
    private readonly ILogger _logger = loggerFactory.CreateLogger(TelemetryNames.Source);

    public ValidateOptionsResult Validate(string? name, Marker options)
    {
        WarnOfUnknownClients();
        var clients = ClientsOfDefaults().Concat(registrations.Named.Keys).Distinct().Select(client => (Name: client, Options: Read(client))).ToList();
        var faults = clients.SelectMany(client => client.Options.Faults).Distinct().ToList();
        if (faults.Count > 0)
        {
            return ValidateOptionsResult.Fail(faults);
        }

        WarnOfHostsOutOfReach(clients.Select(client => (client.Name, client.Options.Valid!)));
        return ValidateOptionsResult.Success;
    }

    // One without settings of its own stands for all that have none.
    private IEnumerable<string> ClientsOfDefaults()
    {
        if (registrations.Defaults is null)
        {
            return [];
        }

        var root = registrations.RootFor(Options.DefaultName, configuration);
        return [Options.DefaultName, .. root is null ? [] : ClientNames.LeftToDefaults(root, registrations)];
    }

    private (CircuitBreakerOptions? Valid, IEnumerable<string> Faults) Read(string client)
    {
        try
        {
            return (factory.Create(client), []);
        }
        catch (OptionsValidationException exception)
        {
            return (null, exception.Failures);
        }
    }

    // Without defaults these are errors of the options themselves.
    private void WarnOfUnknownClients()
    {
        if (registrations.Defaults is not null && registrations.RootFor(Options.DefaultName, configuration) is { } root)
        {
            foreach (var fault in ClientNames.Unknown(root, registrations))
            {
                CircuitLog.UnknownClient(_logger, fault);
            }
        }
    }

    // No errors: a client shares these settings with others, and whoever widens its scope for a while may want to keep them.
    private void WarnOfHostsOutOfReach(IEnumerable<(string Name, CircuitBreakerOptions Options)> clients)
    {
        foreach (var sharing in clients.GroupBy(client => registrations.RootFor(client.Name, configuration)?.Path))
        {
            var path = $"{sharing.Key}{ConfigurationPath.KeyDelimiter}{ClientRegistrations.Hosts}";
            foreach (var fault in UnreachableHosts.Find(path, [.. sharing.Select(client => client.Options)]))
            {
                CircuitLog.HostOutOfReach(_logger, fault);
            }
        }
    }

    /// <summary>Options without a value: they exist to be validated on start.</summary>
    internal sealed class Marker;
}
