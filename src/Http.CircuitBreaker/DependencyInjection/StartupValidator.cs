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
    private const string Root = ClientRegistrations.RootSection;

    private static readonly string[] _pollySettings =
    [
        nameof(CircuitBreakerOptions.FailureRatio), nameof(CircuitBreakerOptions.MinimumThroughput),
        nameof(CircuitBreakerOptions.SamplingDuration), nameof(CircuitBreakerOptions.BreakDuration),
    ];

    public ValidateOptionsResult Validate(string? name, Marker options)
    {
        var valid = new List<(string Client, string Root, ClientSettings Settings)>();
        var errors = new List<string>();
        IReadOnlyList<string> clients = [.. GetDefaultClients().Concat(registrations.Named.Keys).Distinct()];
        WarnAboutUnknownClients(clients);
        WarnAboutKeysNotRead([.. clients.Select(client => registrations.FindRoot(client, configuration)?.Path).OfType<string>()]);
        foreach (var client in clients)
        {
            try
            {
                valid.Add((client, registrations.FindRoot(client, configuration)?.Path ?? "", source.Load(client)));
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

        // Clients that are not registered by name may never be used, so their settings are logged on first use.
        foreach (var (client, _, settings) in valid.Where(client => registrations.Named.ContainsKey(client.Client)))
        {
            telemetry.OnSettingsLoaded(client, settings);
        }

        foreach (var sharing in valid.GroupBy(client => client.Root, client => client.Settings))
        {
            WarnAboutUnusedHosts($"{sharing.Key}:{ClientRegistrations.Hosts}", [.. sharing]);
        }

        return ValidateOptionsResult.Success;
    }

    // Returns the clients that only ConfigureHttpClientDefaults covers: those with a section, and an empty name that stands for all others.
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

    // Warns about keys that are probably meant for this library but are not read: keys that begin with 'HttpCircuitBreaker_' and, if the
    // root section is missing, sections with a similar name that contain only settings of this library.
    private void WarnAboutKeysNotRead(IReadOnlyCollection<string> read)
    {
        var settings = CircuitBreakerOptionTable.Table.Rows.Select(row => row.Key).Concat(registrations.ChildSections).ToList();
        var names = configuration is null ? [] : SectionTree.GetRootNames(configuration).ToList();
        var isRootMissing = read.Contains(Root) && !names.Contains(Root, StringComparer.OrdinalIgnoreCase);
        foreach (var name in names.Except(read, StringComparer.OrdinalIgnoreCase))
        {
            var isPrefixed = name.StartsWith($"{Root}_", StringComparison.OrdinalIgnoreCase);
            if (isPrefixed && NearestName.SuggestUnderscores(name, settings) is { Length: > 0 } hint)
            {
                telemetry.OnKeyNotRead(name, hint);
            }
            else if (isRootMissing && IsLikeRoot(name, settings))
            {
                telemetry.OnKeyNotRead(name, $"; rename it to '{Root}', or pass it to AddCircuitBreaker(section)");
            }
        }
    }

    // A section named CircuitBreaker may belong to Polly if it contains only settings that Polly also has.
    private bool IsLikeRoot(string name, IEnumerable<string> settings)
    {
        var letters = string.Concat(name.Where(char.IsAsciiLetter)).ToUpperInvariant();
        var isNear = NearestName.Distance(letters, Root.ToUpperInvariant()) <= 2;
        if (!isNear && letters is not ("CIRCUITBREAKER" or "CIRCUITBREAKERS"))
        {
            return false;
        }

        var present = configuration!.GetSection(name).GetChildren().Select(child => child.Key).ToList();
        return present.Count > 0
            && !present.Except(settings, StringComparer.OrdinalIgnoreCase).Any()
            && (isNear || present.Except(_pollySettings, StringComparer.OrdinalIgnoreCase).Any());
    }

    // Host settings that have no effect cause a warning, not an error. The host may be meant for another client, or Scope may be set to
    // Client only temporarily.
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
