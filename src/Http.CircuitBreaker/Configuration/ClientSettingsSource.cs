namespace Http.CircuitBreaker.Configuration;

/// <summary>Where the settings of clients come from.</summary>
internal interface IClientSettingsSource
{
    /// <summary>Whether a client of that name has a circuit breaker.</summary>
    bool Covers(string client);

    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">The settings are not valid; it names every fault.</exception>
    ClientSettings Load(string client);
}
