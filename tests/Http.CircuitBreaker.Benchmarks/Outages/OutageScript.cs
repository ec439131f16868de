using Http.CircuitBreaker.Benchmarks.Outages.Host;

namespace Http.CircuitBreaker.Benchmarks.Outages;

/// <summary>What happens to the host, and who calls it meanwhile.</summary>
/// <param name="Name">In the names of figures and files.</param>
/// <param name="Story">One sentence for the report.</param>
/// <param name="Length">For how long calls arrive.</param>
/// <param name="Spells">When the host is not well; none = it is healthy throughout.</param>
internal sealed record OutageScript(string Name, string Story, TimeSpan Length, params IReadOnlyList<Spell> Spells)
{
    /// <summary>All instances together.</summary>
    public double CallsPerSecond { get; init; } = 100;

    /// <summary>Processes that call, each with a client and a breaker of its own; they take turns.</summary>
    public int Instances { get; init; } = 4;

    /// <summary>The share of calls that fail though the host is healthy.</summary>
    public double Noise { get; init; }

    /// <summary>The client's timeout; 100 s is that of HttpClient.</summary>
    public TimeSpan ClientTimeout { get; init; } = TimeSpan.FromSeconds(100);

    public bool RecoversWeak { get; init; }

    /// <summary>How often the script is run. Where a break happens to end matters a lot, and one outage would leave that to chance.</summary>
    public int Runs { get; init; } = 5;

    /// <summary>By how much each run's spells are longer than those of the run before.</summary>
    /// <remarks>Multiples of 6.6 s spread the ends evenly over breaks of 1, 2, 4 and 5 s, so that none of them is lucky in every run.</remarks>
    public TimeSpan Lengthening { get; init; } = TimeSpan.FromSeconds(6.6);

    /// <summary>Calls are numbered through all runs, so that each run has other luck.</summary>
    public long FirstCall { get; init; }

    public TimeSpan Outage => Spells.Count == 0 ? TimeSpan.Zero : Spells[0].From;

    public TimeSpan Recovery => Spells.Count == 0 ? TimeSpan.Zero : Spells[^1].To;

    /// <summary>One of the runs, counted from 0.</summary>
    public OutageScript ForRun(int run) => this with
    {
        FirstCall = run * 1_000_000_000L,
        Spells = [.. Spells.Select(spell => spell with { To = spell.To + (run * Lengthening) })],
    };
}
