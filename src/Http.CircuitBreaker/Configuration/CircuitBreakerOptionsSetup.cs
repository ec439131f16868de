using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Http.CircuitBreaker.Configuration;

/// <summary>Reads and validates a client's options.</summary>
/// <remarks>Later sources override earlier ones. The order is: defaults, root section, client section, delegates in code.</remarks>
internal sealed class CircuitBreakerOptionsSetup(ClientRegistrations registrations, IConfiguration? configuration = null)
    : OptionsSetup<CircuitBreakerOptions>
{
    public override void Configure(string? name, CircuitBreakerOptions options)
    {
        base.Configure(name, options);
        foreach (var configure in registrations.GetDelegates(name ?? Options.DefaultName))
        {
            configure(options);
        }
    }

    /// <exception cref="OptionsValidationException">A value is invalid.</exception>
    public static void ThrowIfInvalid(string client, CircuitBreakerOptions options)
    {
        var errors = CheckValues(client, options).ToList();
        if (errors.Count > 0)
        {
            throw new OptionsValidationException(client, typeof(CircuitBreakerOptions), errors);
        }
    }

    protected override IReadOnlyCollection<string> Read(string name, CircuitBreakerOptions options)
    {
        if (registrations.FindRoot(name, configuration) is not { } root)
        {
            return [];
        }

        var clients = root.GetSection(ClientRegistrations.Clients);
        var client = clients.GetSection(name);
        return
        [
            .. CircuitBreakerOptionTable.Table.Read(root, options, registrations.ChildSections),
            .. OptionTable.RequireObject(clients),
            .. CircuitBreakerOptionTable.Table.Read(client, options, ClientRegistrations.Circuits),
            .. ClientRegistrations.CheckAllowUnknownClients(root),

            // If unknown clients are allowed, they are not reported as errors, because a client may be created later. StartupValidator logs
            // a warning instead.
            .. registrations.AllowsUnknownClients(root) ? [] : registrations.GetUnknownClients(root),
        ];
    }

    protected override IEnumerable<string> Check(string name, CircuitBreakerOptions options) => CheckValues(name, options);

    private static IEnumerable<string> CheckValues(string client, CircuitBreakerOptions options) =>
        CircuitBreakerOptionTable.Check(options).Select(error => $"{FormatOwner(client)}: {error}");

    /// <summary>Returns the beginning of an error message about a client's options.</summary>
    public static string FormatOwner(string client) =>
        client.Length == 0 ? nameof(CircuitBreakerOptions) : $"{nameof(CircuitBreakerOptions)} of client '{client}'";
}
