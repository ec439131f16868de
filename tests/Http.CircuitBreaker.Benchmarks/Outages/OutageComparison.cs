using Http.CircuitBreaker.Benchmarks.Outages.Curve;
using Http.CircuitBreaker.Benchmarks.Outages.Reports;
using Http.CircuitBreaker.Benchmarks.Outages.Results;

namespace Http.CircuitBreaker.Benchmarks.Outages;

/// <summary>Simulates outages in virtual time and measures the benefit and the cost of each breaker.</summary>
internal static class OutageComparison
{
    private const string CurveFilter = "detection";

    /// <summary>
    /// Runs the scripts whose names contain <paramref name="filter"/>. The detection curve is measured if it is empty or "detection".
    /// </summary>
    /// <returns>The number of harmless scripts in which a circuit of this library opened too often.</returns>
    public static int Run(string folder, string filter)
    {
        Console.WriteLine($"# seed {SeededRandom.Seed}");
        IReadOnlyList<OutagePlan> plans = [.. OutagePlan.All.Where(plan => plan.Script.Name.Contains(filter, StringComparison.Ordinal))];
        var results = OutagePlan.RunAll(plans);
        ILookup<string, OutageResult> outages = results.Where(result => !result.Script.IsHarmless).ToLookup(result => result.Suffix);
        OutageResult[] harmless = [.. results.Where(result => result.Script.IsHarmless)];
        foreach (var group in outages)
        {
            ScoreTable.Write([.. group]);
            WriteLines($"outage_<script>{group.Key}_<figure>", [.. group]);
        }

        HarmlessTable.Write(harmless);
        WriteLines("outage_harmless_<script>_<figure>", harmless);
        Directory.CreateDirectory(folder);
        IReadOnlyList<DetectionPoint> curve = filter is "" or CurveFilter ? DetectionCurve.Measure() : [];
        if (curve.Count > 0)
        {
            WriteLines(DetectionReport.Lines(curve));
            DetectionChart.Write(folder, curve);
        }

        ScoreReport.Write(folder, outages, harmless, curve);
        foreach (var result in outages.SelectMany(group => group))
        {
            CallsChart.Write(folder, result);
        }

        Console.WriteLine($"# report and charts in {folder}");
        return ReportHarm(harmless);
    }

    private static void WriteLines(string pattern, IReadOnlyList<OutageResult> results)
    {
        if (results.Count > 0)
        {
            WriteLines([
                $"# {pattern}: {string.Join(' ', results[0].Rows.Select(row => row.Contender.Name))}",
                .. results.SelectMany(result => result.Lines),
            ]);
        }
    }

    private static void WriteLines(IEnumerable<string> lines)
    {
        foreach (var line in lines)
        {
            Console.WriteLine(line);
        }
    }

    private static int ReportHarm(OutageResult[] harmless)
    {
        var harmed = harmless.Count(result => result.IsHarmed);
        Console.WriteLine($"# harmless scripts in which our circuits stayed closed: {harmless.Length - harmed} of {harmless.Length}");
        return harmed;
    }
}
