using Microsoft.Extensions.Configuration;

namespace Http.CircuitBreaker.Configuration;

/// <summary>One option that the configuration can set: its key, how it is read, and its limits.</summary>
internal abstract class OptionRow(string key, bool isPerHost)
{
    public string Key => key;

    /// <summary>Whether a host may override it.</summary>
    public bool IsPerHost => isPerHost;

    /// <summary>Reads the value of <paramref name="section"/> into <paramref name="options"/>; the fault, or null.</summary>
    public abstract string? Read(IConfigurationSection section, CircuitBreakerOptions options);

    /// <summary>Checks the value in <paramref name="options"/>, wherever it came from; the fault, or null.</summary>
    public abstract string? Check(CircuitBreakerOptions options);

    /// <summary>The default, as the configuration would write it.</summary>
    public abstract string Default { get; }
}
