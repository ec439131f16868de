using Http.CircuitBreaker.Benchmarks.Outages.Reports;

namespace Http.CircuitBreaker.Benchmarks.Outages;

/// <summary>Outages in virtual time: what each breaker spares the callers and the host, and what it costs them.</summary>
internal static class OutageScoreboard
{
    public static async Task RunAsync(string folder)
    {
        Console.WriteLine($"# seed {Luck.Seed}");

        // Each simulation is a world of its own on one thread, so that two of them at the same time change nothing.
        var results = await Task.WhenAll(OutageScripts.All.Select(script => Task.Run(() => OutageResult.Of(script))));
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
