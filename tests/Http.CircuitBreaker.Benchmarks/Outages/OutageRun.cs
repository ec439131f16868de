using Http.CircuitBreaker.Benchmarks.Outages.Host;

namespace Http.CircuitBreaker.Benchmarks.Outages;

/// <summary>Runs a script with one breaker, as often as the script specifies.</summary>
internal static class OutageRun
{
    public static Figures Run(OutageScript script, Breaker breaker) =>
        Figures.Average([.. Enumerable.Range(0, script.Runs).Select(run => RunOnce(script.ForRun(run), breaker))]);

    private static Figures RunOnce(OutageScript script, Breaker breaker)
    {
        var time = new VirtualTime();
        var statistics = new RunStatistics(script, time);
        var host = new SimulatedHost(script, time, statistics.CallReceived);
        HttpClient[] clients = [.. Enumerable.Range(0, script.Instances).Select(CreateClient)];
        var callers = new Callers(script, time, host, clients, statistics);
        callers.Start();
        time.RunToEnd();
        callers.ThrowIfIncomplete();
        foreach (var client in clients)
        {
            client.Dispose();
        }

        return statistics.ToFigures();

        HttpClient CreateClient(int instance) =>
            new(breaker.CreateHandler(new BreakerContext(script, time, host, instance, () => statistics.Opened(instance))))
            {
                Timeout = Timeout.InfiniteTimeSpan,
            };
    }
}
