using Http.CircuitBreaker.Benchmarks.Outages.Reports;

namespace Http.CircuitBreaker.Benchmarks.Outages;

/// <summary>Simulates outages in virtual time and measures the benefit and the cost of each breaker.</summary>
internal static class OutageComparison
{
    public static async Task RunAsync(string folder)
    {
        Console.WriteLine($"# seed {SeededRandom.Seed}");

        // Each simulation is isolated and single-threaded, so running them in parallel does not change the results.
        var results = await Task.WhenAll(OutageScripts.All.Select(script => Task.Run(() => OutageResult.Run(script))));
        ScoreTable.Write(results);
        foreach (var line in results.SelectMany(result => result.Lines))
        {
            Console.WriteLine(line);
        }

        Directory.CreateDirectory(folder);
        ScoreReport.Write(folder, results);
        foreach (var result in results)
        {
            CallsChart.Write(folder, result);
        }

        Console.WriteLine($"# report and charts in {folder}");
    }
}
