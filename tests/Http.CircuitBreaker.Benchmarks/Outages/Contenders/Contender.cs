namespace Http.CircuitBreaker.Benchmarks.Outages.Contenders;

/// <summary>A breaker to measure. <paramref name="CreateHandler"/> puts it in front of the host.</summary>
/// <param name="Name">The name in the output.</param>
/// <param name="About">The source and the settings, for the report.</param>
/// <param name="CreateHandler">Creates the handler of one process.</param>
internal sealed record Contender(string Name, string About, Func<ContenderContext, HttpMessageHandler> CreateHandler)
{
    /// <summary>Whether the breaker is in front of the retries, if a script has retries.</summary>
    public bool IsInFrontOfRetries { get; init; }
}

/// <summary>The simulation around a contender.</summary>
/// <param name="Time">The time of the simulation.</param>
/// <param name="Host">Sends a call to the host.</param>
/// <param name="ClientTimeout">The client's timeout.</param>
/// <param name="Number">Differs between processes and runs, so that each draws different random numbers.</param>
/// <param name="Opened">Must be called whenever a circuit opens.</param>
internal sealed record ContenderContext(VirtualTime Time, HttpMessageHandler Host, TimeSpan ClientTimeout, long Number, Action Opened);
