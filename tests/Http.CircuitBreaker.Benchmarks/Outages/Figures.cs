using System.Globalization;

namespace Http.CircuitBreaker.Benchmarks.Outages;

/// <summary>The result of one run, or the mean of several.</summary>
internal sealed record Figures
{
    /// <summary>In the order in which they are shown, the score first.</summary>
    public static IReadOnlyList<(string Name, string Heading, Func<Figures, string> Of)> All { get; } =
    [
        ("score", "score", figures => Text(figures.Score)),
        ("open_s", "open, s", figures => Text(figures.UntilOpen)),
        ("sent", "sent", figures => Text(figures.Sent)),
        ("wasted_s", "wasted, s", figures => Text(figures.Wasted)),
        ("peak", "peak", figures => Text(figures.Peak)),
        ("back_s", "back, s", figures => Text(figures.UntilBack)),
        ("refused_good", "refused", figures => Text(figures.GoodRefused)),
        ("refused_relapse", "in relapse", figures => Text(figures.Relapse)),
        ("openings", "openings", figures => Text(figures.Openings)),
    ];

    /// <summary>Seconds from the beginning of the outage until every instance has opened; null = never.</summary>
    public required double? UntilOpen { get; init; }

    /// <summary>Calls that reached the host while it was out of order.</summary>
    public required double Sent { get; init; }

    /// <summary>Seconds that callers waited for nothing.</summary>
    public required double Wasted { get; init; }

    /// <summary>The most callers that waited at the same time.</summary>
    public required double Peak { get; init; }

    /// <summary>Whole seconds from the end of the outage until nine of ten calls are served well, for good; null = never.</summary>
    public required double? UntilBack { get; init; }

    /// <summary>Calls rejected that the host would have served well.</summary>
    public required double GoodRefused { get; init; }

    /// <summary>Those of the good calls refused that came while the host was down, or weak again, because the fleet had felled it.</summary>
    public required double Relapse { get; init; }

    /// <summary>Of all instances together.</summary>
    public required double Openings { get; init; }

    public required IReadOnlyList<int> SentBySecond { get; init; }

    /// <summary>Lower is better.</summary>
    public double Score => Wasted + GoodRefused + (0.1 * Sent);

    /// <summary>A mean with "never" in it is "never". The calls by second are those of the first run.</summary>
    public static Figures MeanOf(IReadOnlyList<Figures> runs) => new()
    {
        UntilOpen = Mean(runs, run => run.UntilOpen),
        Sent = runs.Average(run => run.Sent),
        Wasted = runs.Average(run => run.Wasted),
        Peak = runs.Average(run => run.Peak),
        UntilBack = Mean(runs, run => run.UntilBack),
        GoodRefused = runs.Average(run => run.GoodRefused),
        Relapse = runs.Average(run => run.Relapse),
        Openings = runs.Average(run => run.Openings),
        SentBySecond = runs[0].SentBySecond,
    };

    private static double? Mean(IReadOnlyList<Figures> runs, Func<Figures, double?> figure) =>
        runs.All(run => figure(run) is not null) ? runs.Average(figure) : null;

    // Tenths of a large figure say nothing and need room.
    private static string Text(double? figure) => figure?.ToString(figure < 1000 ? "0.#" : "0", CultureInfo.InvariantCulture) ?? "never";
}
