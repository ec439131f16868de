using Microsoft.Extensions.Options;

namespace Http.CircuitBreaker.Configuration;

/// <summary>Applies configuration to options, and validates both the configuration and the resulting values.</summary>
internal abstract class OptionsSetup<TOptions> : IConfigureNamedOptions<TOptions>, IValidateOptions<TOptions>
    where TOptions : class, new()
{
    public void Configure(TOptions options) => Configure(Options.DefaultName, options);

    public virtual void Configure(string? name, TOptions options) => Read(name ?? Options.DefaultName, options);

    // Configure cannot return errors. To collect the errors, read the configuration again into temporary options.
    public ValidateOptionsResult Validate(string? name, TOptions options)
    {
        name ??= Options.DefaultName;
        var errors = Read(name, new TOptions()).Concat(Check(name, options)).Distinct().ToList();
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    /// <summary>Applies all valid settings from configuration, and returns an error for each invalid setting.</summary>
    protected abstract IReadOnlyCollection<string> Read(string name, TOptions options);

    /// <summary>Validates the resulting values, whether they were set in configuration or in code, and returns the errors.</summary>
    protected abstract IEnumerable<string> Check(string name, TOptions options);
}
