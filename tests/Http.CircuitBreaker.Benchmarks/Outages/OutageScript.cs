using Http.CircuitBreaker.Benchmarks.Outages.Host;

namespace Http.CircuitBreaker.Benchmarks.Outages;

/// <summary>An outage of the host and the calls that it receives.</summary>
/// <param name="Name">Part of the names of figures and files.</param>
/// <param name="Description">One sentence for the report.</param>
/// <param name="Length">The time during which calls arrive.</param>
/// <param name="FaultPeriods">The periods in which the host is faulty; it is healthy otherwise.</param>
internal sealed record OutageScript(string Name, string Description, TimeSpan Length, params IReadOnlyList<FaultPeriod> FaultPeriods)
{
    /// <summary>The rate of all instances together.</summary>
    public double CallsPerSecond { get; init; } = 100;

    /// <summary>The number of processes that send calls in turn, each with its own client and breaker.</summary>
    public int Instances { get; init; } = 4;

    /// <summary>The share of calls that fail while the host is healthy.</summary>
    public double Noise { get; init; }

    /// <summary>The client's timeout; the default is that of HttpClient.</summary>
    public TimeSpan ClientTimeout { get; init; } = TimeSpan.FromSeconds(100);

    public bool RecoversWeak { get; init; }

    /// <summary>The number of runs. One run is not enough, because the figures depend on when a break happens to end.</summary>
    public int Runs { get; init; } = 5;

    /// <summary>The amount by which the fault periods grow from run to run.</summary>
    /// <remarks>Multiples of 6.6 s distribute the ends of the outages evenly over breaks of 1, 2, 4 and 5 s.</remarks>
    public TimeSpan Lengthening { get; init; } = TimeSpan.FromSeconds(6.6);

    /// <summary>The number of the first call. It differs between runs, so that each run draws different random numbers.</summary>
    public long FirstCall { get; init; }

    public TimeSpan Outage => FaultPeriods.Count == 0 ? TimeSpan.Zero : FaultPeriods[0].From;

    public TimeSpan Recovery => FaultPeriods.Count == 0 ? TimeSpan.Zero : FaultPeriods[^1].To;

    /// <summary>Creates the script of a run.</summary>
    public OutageScript ForRun(int run) => this with
    {
        FirstCall = run * 1_000_000_000L,
        FaultPeriods = [.. FaultPeriods.Select(period => period with { To = period.To + (run * Lengthening) })],
    };
}
