using Microsoft.Extensions.Options;

namespace Http.CircuitBreaker.Configuration;

/// <summary>Applies the configuration to options, and reports all errors in the configuration and the final values.</summary>
internal abstract class OptionsSetup<TOptions> : IConfigureNamedOptions<TOptions>, IValidateOptions<TOptions>
    where TOptions : class, new()
{
    public void Configure(TOptions options) => Configure(Options.DefaultName, options);

    public virtual void Configure(string? name, TOptions options) => Read(name ?? Options.DefaultName, options);

    // Options do not contain the errors of their configuration, so read it again into temporary options.
    public ValidateOptionsResult Validate(string? name, TOptions options)
    {
        name ??= Options.DefaultName;
        var errors = Read(name, new TOptions()).Concat(Check(name, options)).Distinct().ToList();
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    /// <summary>Applies the valid settings of the configuration, and returns the errors in it.</summary>
    protected abstract IReadOnlyCollection<string> Read(string name, TOptions options);

    /// <summary>The errors in the final values, from configuration or code.</summary>
    protected abstract IEnumerable<string> Check(string name, TOptions options);
}
