using Http.CircuitBreaker.Benchmarks.Outages.Host;
using Http.CircuitBreaker.Benchmarks.Outages.Traffic;

namespace Http.CircuitBreaker.Benchmarks.Outages.Scripts;

/// <summary>The faults of the host and the calls that it receives.</summary>
/// <param name="Name">Part of the names of figures and files.</param>
/// <param name="Description">One sentence for the report.</param>
/// <param name="Length">The time during which calls arrive.</param>
/// <param name="FaultPeriods">The periods in which the host is faulty; it is healthy otherwise.</param>
internal sealed record OutageScript(string Name, string Description, TimeSpan Length, params IReadOnlyList<FaultPeriod> FaultPeriods)
{
    private const double MeanServiceSeconds = 0.05;

    /// <summary>The calls of all processes together.</summary>
    public IReadOnlyList<CallSource> Sources { get; init; } = [new CallSource(100, Calls.Short)];

    /// <summary>The number of processes that send calls in turn, each with its own client and breaker.</summary>
    public int Processes { get; init; } = 4;

    /// <summary>The number of names under which the host is called. Breakers keep a circuit for each.</summary>
    public int Hosts { get; init; } = 1;

    /// <summary>The share of calls that fail while the host is healthy.</summary>
    public double Noise { get; init; }

    /// <summary>The client's timeout; the default is that of HttpClient. Breakers know it.</summary>
    public TimeSpan ClientTimeout { get; init; } = TimeSpan.FromSeconds(100);

    /// <summary>The callers cancel their calls after this time with tokens of their own, which breakers do not know.</summary>
    public TimeSpan? CallerTimeout { get; init; }

    /// <summary>The time after which a caller sends a second request and uses the first response.</summary>
    public TimeSpan? HedgesAfter { get; init; }

    /// <summary>Whether failed calls are retried, outside the breaker.</summary>
    public bool HasRetries { get; init; }

    /// <summary>Whether more than a tenth of the load crashes the host in the first seconds after the outage.</summary>
    public bool RecoversWeak { get; init; }

    /// <summary>The number of calls that the host processes concurrently.</summary>
    public int HostWorkers { get; init; } = 20;

    /// <summary>Whether calls whose callers have left still cost the host its time.</summary>
    public bool FinishesAbandonedCalls { get; init; }

    /// <summary>The periods in which the calling process stands still.</summary>
    public IReadOnlyList<Period> ProcessPauses { get; init; } = [];

    /// <summary>The number of runs. One run is not enough, because the figures depend on when a break happens to end.</summary>
    public int Runs { get; init; } = 5;

    /// <summary>The amount by which the fault periods grow from run to run.</summary>
    /// <remarks>Multiples of 6.6 s distribute the ends of the outages evenly over breaks of 1, 2, 4 and 5 s.</remarks>
    public TimeSpan Lengthening { get; init; } = TimeSpan.FromSeconds(6.6);

    /// <summary>For a harmless script, the number of openings that are acceptable; null for an outage.</summary>
    public int? AllowedOpenings { get; init; }

    /// <summary>For a harmless script, the number of rejected calls that are acceptable.</summary>
    public int AllowedRejections { get; init; }

    /// <summary>The number of the first call. It differs between runs, so that each run draws different random numbers.</summary>
    public long FirstCall { get; init; }

    public bool IsHarmless => AllowedOpenings is not null;

    public TimeSpan Outage => FaultPeriods.Count == 0 ? TimeSpan.Zero : FaultPeriods[0].From;

    public TimeSpan Recovery => FaultPeriods.Count == 0 ? TimeSpan.Zero : FaultPeriods[^1].To;

    /// <summary>The load that a host survives after a weak recovery.</summary>
    public int WeakCallsPerSecond => (int)(Sources[0].CallsPerSecond / 10);

    /// <summary>The number of calls that the host can serve in the second that begins at a time, whatever the callers do.</summary>
    public double CapacityAt(TimeSpan time)
    {
        if (RecoversWeak && time >= Recovery && time < Recovery + WeakStart.WeakFor)
        {
            return WeakCallsPerSecond;
        }

        return FaultPeriods.Any(period => period.Mode == HostMode.Overloaded && period.Contains(time))
            ? HostWorkers / (MeanServiceSeconds * SimulatedHost.OverloadFactor)
            : double.PositiveInfinity;
    }

    /// <summary>Creates the script of a run.</summary>
    public OutageScript ForRun(int run) => this with
    {
        FirstCall = run * 1_000_000_000L,
        FaultPeriods = [.. FaultPeriods.Select(period => period with { To = period.To + (run * Lengthening) })],
    };
}
