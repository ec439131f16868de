using Http.CircuitBreaker.Configuration;
using Http.CircuitBreaker.Telemetry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Http.CircuitBreaker.Composition;

/// <summary>Validates the settings of all clients when the host starts, so that one exception names every fault of them.</summary>
internal sealed class StartupCheck(
    ClientRegistrations registrations,
    IOptionsFactory<CircuitBreakerOptions> factory,
    ILoggerFactory loggerFactory,
    IConfiguration? configuration = null) : IValidateOptions<StartupCheck.Marker>
{
    public ValidateOptionsResult Validate(string? name, Marker options)
    {
        WarnOfUnknownClients();
        var faults = ClientsOfDefaults().Concat(registrations.Named.Keys).Distinct().SelectMany(FaultsOf).Distinct().ToList();
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
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

    private IEnumerable<string> FaultsOf(string client)
    {
        try
        {
            factory.Create(client);
            return [];
        }
        catch (OptionsValidationException exception)
        {
            return exception.Failures;
        }
    }

    // Without defaults these are errors of the options themselves.
    private void WarnOfUnknownClients()
    {
        if (registrations.Defaults is not null && registrations.RootFor(Options.DefaultName, configuration) is { } root)
        {
            var logger = loggerFactory.CreateLogger(TelemetryNames.Source);
            foreach (var fault in ClientNames.Unknown(root, registrations))
            {
                CircuitLog.UnknownClient(logger, fault);
            }
        }
    }

    /// <summary>Options without a value: they exist to be validated on start.</summary>
    internal sealed class Marker;
}
