using Microsoft.Extensions.Options;

namespace Http.CircuitBreaker.Configuration;

/// <summary>Reports everything that is wrong with the options of a client at once.</summary>
internal sealed class OptionsCheck : IValidateOptions<CircuitBreakerOptions>
{
    public ValidateOptionsResult Validate(string? name, CircuitBreakerOptions options)
    {
        var faults = FaultsOf(name ?? Options.DefaultName, options).Distinct().ToList();
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    public static void ThrowIfInvalid(string client, CircuitBreakerOptions options)
    {
        var result = new OptionsCheck().Validate(client, options);
        if (result.Failed)
        {
            throw new OptionsValidationException(client, typeof(CircuitBreakerOptions), result.Failures);
        }
    }

    private static IEnumerable<string> FaultsOf(string client, CircuitBreakerOptions options)
    {
        var owner = client.Length == 0 ? nameof(CircuitBreakerOptions) : $"{nameof(CircuitBreakerOptions)} of client '{client}'";
        var ofHosts = options.Hosts.SelectMany(host => ValueFaults($"{owner}, host '{HostName(host.Key)}'", host.Value));
        return [.. options.Faults, .. ValueFaults(owner, options), .. CodeOnlyFaults(owner, options), .. ofHosts];
    }

    private static IEnumerable<string> ValueFaults(string owner, CircuitBreakerOptions options)
    {
        foreach (var row in OptionTable.Rows)
        {
            if (row.Check(options) is { } fault)
            {
                yield return FaultText.Sentence($"{owner}: {row.Key} {fault}");
            }
        }

        if (options.MaxBreakDuration < options.BreakDuration)
        {
            yield return $"{owner}: {nameof(options.MaxBreakDuration)} '{options.MaxBreakDuration:c}' is out of range; "
                + $"it must be at least {nameof(options.BreakDuration)}, '{options.BreakDuration:c}'.";
        }
    }

    private static IEnumerable<string> CodeOnlyFaults(string owner, CircuitBreakerOptions options)
    {
        if (options.ClientTimeout is { } timeout && timeout <= TimeSpan.Zero && timeout != Timeout.InfiniteTimeSpan)
        {
            yield return $"{owner}: {nameof(options.ClientTimeout)} '{timeout:c}' is out of range; it must be above zero or Timeout.InfiniteTimeSpan.";
        }

        if (!Enum.IsDefined(options.Placement))
        {
            yield return $"{owner}: {nameof(options.Placement)} '{options.Placement}' {Limits.OneOf<HandlerPlacement>("")}.";
        }
    }

    private static string HostName((string Host, int? Port) key) => key.Port is { } port ? $"{key.Host}:{port}" : key.Host;
}
