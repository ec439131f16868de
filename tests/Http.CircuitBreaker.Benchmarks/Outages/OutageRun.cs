using Http.CircuitBreaker.Benchmarks.Outages.Contenders;
using Http.CircuitBreaker.Benchmarks.Outages.Host;
using Http.CircuitBreaker.Benchmarks.Outages.Results;
using Http.CircuitBreaker.Benchmarks.Outages.Scripts;
using Http.CircuitBreaker.Benchmarks.Outages.Traffic;

namespace Http.CircuitBreaker.Benchmarks.Outages;

/// <summary>Runs a script with one contender, as often as the script specifies.</summary>
internal static class OutageRun
{
    // The call numbers of the sources of a script must not overlap.
    private const long CallsPerSource = 100_000_000;

    public static Figures Run(OutageScript script, Contender contender) =>
        Figures.Average([.. Enumerable.Range(0, script.Runs).Select(run => RunOnce(script.ForRun(run), contender))]);

    private static Figures RunOnce(OutageScript script, Contender contender)
    {
        var time = new VirtualTime { Pauses = script.ProcessPauses };
        var statistics = new RunStatistics(script, time);
        var host = new SimulatedHost(script, time, statistics.CallReceived);
        HttpClient[] clients = [.. Enumerable.Range(0, script.Processes).Select(CreateClient)];
        var caller = new Caller(script, time, host, clients, statistics);
        foreach (var (index, source) in script.Sources.Index())
        {
            new Arrivals(source, script.Length, script.FirstCall + (index * CallsPerSource), time, caller).Start();
        }

        time.RunToEnd();
        caller.ThrowIfIncomplete();
        foreach (var client in clients)
        {
            client.Dispose();
        }

        return statistics.ToFigures();

        HttpClient CreateClient(int process)
        {
            var context = new ContenderContext(
                time, host, script.ClientTimeout, script.FirstCall + process, () => statistics.Opened(process));
            return new HttpClient(CreateHandler(script, contender, context)) { Timeout = Timeout.InfiniteTimeSpan };
        }
    }

    private static HttpMessageHandler CreateHandler(OutageScript script, Contender contender, ContenderContext context)
    {
        if (script.HasRetries)
        {
            return contender.IsInFrontOfRetries
                ? contender.CreateHandler(context with { Host = new RetryHandler(context, context.Host) })
                : new RetryHandler(context, contender.CreateHandler(context));
        }

        var breaker = contender.CreateHandler(context);
        return script.HedgesAfter is { } delay ? new HedgingHandler(delay, context.Time, breaker) : breaker;
    }
}
