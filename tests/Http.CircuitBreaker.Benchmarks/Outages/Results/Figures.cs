using System.Globalization;

namespace Http.CircuitBreaker.Benchmarks.Outages.Results;

/// <summary>The figures of one run, or their means over several runs.</summary>
internal sealed record Figures
{
    /// <summary>All figures in display order, the score first.</summary>
    public static IReadOnlyList<(string Name, string Heading, Func<Figures, string> Format)> All { get; } =
    [
        ("score", "score", figures => figures.ScoreText),
        ("open_s", "open, s", figures => Format(figures.UntilOpen)),
        ("sent", "sent", figures => Format(figures.Sent)),
        ("attempts", "attempts", figures => figures.Attempts.ToString("0.##", CultureInfo.InvariantCulture)),
        ("wasted_s", "wasted, s", figures => Format(figures.Wasted)),
        ("peak", "peak", figures => Format(figures.Peak)),
        ("back_s", "back, s", figures => Format(figures.UntilBack)),
        ("lost", "lost", figures => Format(figures.Lost)),
        ("refused_good", "rejected", figures => Format(figures.GoodRejected)),
        ("openings", "openings", figures => Format(figures.Openings)),
    ];

    /// <summary>The figures of harmless scripts.</summary>
    public static IReadOnlyList<(string Name, string Heading, Func<Figures, string> Format)> Harmless { get; } =
        [.. All.Where(figure => figure.Name is "openings" or "refused_good").Reverse()];

    /// <summary>Seconds from the start of the outage until every process has opened; null if one never did.</summary>
    public required double? UntilOpen { get; init; }

    /// <summary>Attempts that reached the host during the outage.</summary>
    public required double Sent { get; init; }

    /// <summary>Attempts that reached the host per call, over the whole script.</summary>
    public required double Attempts { get; init; }

    /// <summary>Seconds that callers waited in vain.</summary>
    public required double Wasted { get; init; }

    /// <summary>The maximum number of callers waiting simultaneously.</summary>
    public required double Peak { get; init; }

    /// <summary>
    /// Whole seconds from the end of the outage until 90 % of the calls of every later second are served well; null if never.
    /// </summary>
    public required double? UntilBack { get; init; }

    /// <summary>Calls that the host could have served and that were not served, for whatever reason.</summary>
    public required double Lost { get; init; }

    /// <summary>The part of <see cref="Lost"/> that the breaker rejected.</summary>
    public required double GoodRejected { get; init; }

    /// <summary>The total of all processes.</summary>
    public required double Openings { get; init; }

    public required IReadOnlyList<int> SentBySecond { get; init; }

    /// <summary>Lower is better.</summary>
    public double Score => Wasted + Lost + (0.1 * Sent);

    public string ScoreText => Format(Score);

    /// <summary>A mean is null if one of the runs has no value. The calls per second are those of the first run.</summary>
    public static Figures Average(IReadOnlyList<Figures> runs) => new()
    {
        UntilOpen = Mean(runs, run => run.UntilOpen),
        Sent = runs.Average(run => run.Sent),
        Attempts = runs.Average(run => run.Attempts),
        Wasted = runs.Average(run => run.Wasted),
        Peak = runs.Average(run => run.Peak),
        UntilBack = Mean(runs, run => run.UntilBack),
        Lost = runs.Average(run => run.Lost),
        GoodRejected = runs.Average(run => run.GoodRejected),
        Openings = runs.Average(run => run.Openings),
        SentBySecond = runs[0].SentBySecond,
    };

    private static double? Mean(IReadOnlyList<Figures> runs, Func<Figures, double?> figure) =>
        runs.All(run => figure(run) is not null) ? runs.Average(figure) : null;

    // Omit insignificant decimals.
    private static string Format(double? figure) => figure?.ToString(figure < 1000 ? "0.#" : "0", CultureInfo.InvariantCulture) ?? "never";
}
