using Microsoft.Extensions.Options;

namespace Http.CircuitBreaker.Configuration;

/// <summary>Reports everything that is wrong with the options of a client at once.</summary>
internal sealed class OptionsValidator : IValidateOptions<CircuitBreakerOptions>
{
    public ValidateOptionsResult Validate(string? name, CircuitBreakerOptions options)
    {
        var faults = FaultsOf(name ?? Options.DefaultName, options).Distinct().ToList();
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    public static void ThrowIfInvalid(string client, CircuitBreakerOptions options)
    {
        var result = new OptionsValidator().Validate(client, options);
        if (result.Failed)
        {
            throw new OptionsValidationException(client, typeof(CircuitBreakerOptions), result.Failures);
        }
    }

    private static IEnumerable<string> FaultsOf(string client, CircuitBreakerOptions options)
    {
        var owner = client.Length == 0 ? nameof(CircuitBreakerOptions) : $"{nameof(CircuitBreakerOptions)} of client '{client}'";
        var ofClient = ValueFaults(options).Concat(CodeOnlyFaults(options)).Select(fault => $"{owner}: {fault}");
        var ofHosts = options.Hosts.SelectMany(host => HostFaults(host.Key, options).Select(fault => $"{owner}, host '{HostName(host.Key)}': {fault}"));
        return [.. options.Faults, .. ofClient, .. ofHosts];
    }

    // Without what it has inherited: that is reported where it comes from.
    private static IEnumerable<string> HostFaults((string Host, int? Port) key, CircuitBreakerOptions options)
    {
        var inherited = key.Port is null ? options : options.Hosts[(key.Host, null)];
        return ValueFaults(options.Hosts[key]).Except(ValueFaults(inherited));
    }

    private static IEnumerable<string> ValueFaults(CircuitBreakerOptions options)
    {
        foreach (var row in CircuitBreakerOptionTable.Rows)
        {
            if (row.Check(options) is { } fault)
            {
                yield return FaultText.Sentence($"{row.Key} {fault}");
            }
        }

        if (options.MaxBreakDuration < options.BreakDuration)
        {
            yield return $"{nameof(options.MaxBreakDuration)} '{options.MaxBreakDuration:c}' is out of range; "
                + $"it must be at least {nameof(options.BreakDuration)}, '{options.BreakDuration:c}'.";
        }
    }

    private static IEnumerable<string> CodeOnlyFaults(CircuitBreakerOptions options)
    {
        if (options.ClientTimeout is { } timeout && timeout <= TimeSpan.Zero && timeout != Timeout.InfiniteTimeSpan)
        {
            yield return $"{nameof(options.ClientTimeout)} '{timeout:c}' is out of range; it must be above zero or Timeout.InfiniteTimeSpan.";
        }

        if (!Enum.IsDefined(options.Placement))
        {
            yield return $"{nameof(options.Placement)} '{options.Placement}' {Limits.OneOf<HandlerPlacement>("")}.";
        }
    }

    private static string HostName((string Host, int? Port) key) => key.Port is { } port ? $"{key.Host}:{port}" : key.Host;
}
