using System.Collections.Concurrent;
using Http.CircuitBreaker.Benchmarks.Outages.Contenders;
using Http.CircuitBreaker.Benchmarks.Outages.Results;
using Http.CircuitBreaker.Benchmarks.Outages.Scripts;

namespace Http.CircuitBreaker.Benchmarks.Outages;

/// <summary>A script and the contenders that run it. <paramref name="Suffix"/> follows the script in the names of the figures.</summary>
internal sealed record OutagePlan(OutageScript Script, string Suffix, IReadOnlyList<Contender> Contenders)
{
    private const int RunsWithRetries = 2;

    /// <summary>
    /// Each outage at the defaults, with equal thresholds, and with retries outside the breaker; <c>slow</c> with a learned limit; and each
    /// harmless script at the defaults.
    /// </summary>
    public static IReadOnlyList<OutagePlan> All { get; } =
    [
        .. OutageScripts.All.Select(script => new OutagePlan(script, "", AllContenders.Defaults)),
        .. OutageScripts.All.Select(script => new OutagePlan(script, "_tuned", AllContenders.Tuned)),
        .. OutageScripts.All.Select(script => new OutagePlan(
            script with { HasRetries = true, Runs = RunsWithRetries }, "_retries", AllContenders.WithRetries)),
        .. OutageScripts.All.Where(script => script.Name == "slow").Select(
            script => new OutagePlan(script, "_learned", [AllContenders.OursWithSlowness, AllContenders.None])),
        .. HarmlessScripts.All.Select(
            script => new OutagePlan(script, "", [AllContenders.Ours, AllContenders.Peer, AllContenders.OursWithSlowness])),
    ];

    /// <summary>Runs plans in parallel. Each simulation is isolated and single-threaded, so this does not change the results.</summary>
    public static IReadOnlyList<OutageResult> RunAll(IReadOnlyList<OutagePlan> plans)
    {
        var runs = plans.SelectMany(plan => plan.Contenders.Select(contender => (plan.Script, contender))).Distinct().ToArray();
        var figures = new ConcurrentDictionary<(OutageScript, Contender), Figures>();
        Parallel.ForEach(
            Partitioner.Create(runs, EnumerablePartitionerOptions.NoBuffering),
            new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount },
            run => figures[run] = OutageRun.Run(run.Script, run.contender));
        return [.. plans.Select(plan => new OutageResult(
            plan.Script, plan.Suffix, [.. plan.Contenders.Select(contender => (contender, figures[(plan.Script, contender)]))]))];
    }
}
