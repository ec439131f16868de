using Http.CircuitBreaker.Benchmarks.Outages.Contenders;
using Http.CircuitBreaker.Benchmarks.Outages.Scripts;

namespace Http.CircuitBreaker.Benchmarks.Outages.Results;

/// <summary>
/// The figures of one script with several contenders. <paramref name="Suffix"/> follows the script in the names of the figures.
/// </summary>
internal sealed record OutageResult(OutageScript Script, string Suffix, IReadOnlyList<(Contender Contender, Figures Figures)> Rows)
{
    public string Name => Script.Name + Suffix;

    public double BestScore => Rows.Min(row => row.Figures.Score);

    public IEnumerable<string> Lines => (Script.IsHarmless ? Figures.Harmless : Figures.All).Select(figure =>
        $"outage_{Name}_{figure.Name} {string.Join(' ', Rows.Select(row => figure.Format(row.Figures)))}");

    /// <summary>Whether a circuit of this library has opened or rejected calls in a harmless script more than the script allows.</summary>
    public bool IsHarmed => Script.IsHarmless
        && (Rows[0].Figures.Openings > Script.AllowedOpenings || Rows[0].Figures.GoodRejected > Script.AllowedRejections);

    public Figures Of(Contender contender) => Rows.Single(row => row.Contender == contender).Figures;
}
