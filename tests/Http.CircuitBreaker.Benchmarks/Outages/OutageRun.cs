using Http.CircuitBreaker.Benchmarks.Outages.Host;

namespace Http.CircuitBreaker.Benchmarks.Outages;

/// <summary>A script with one breaker, from beginning to end, as often as it asks for.</summary>
internal static class OutageRun
{
    public static Figures MeanOf(OutageScript script, Breaker breaker) =>
        Figures.MeanOf([.. Enumerable.Range(0, script.Runs).Select(run => Of(script.ForRun(run), breaker))]);

    private static Figures Of(OutageScript script, Breaker breaker)
    {
        var time = new VirtualTime();
        var tally = new Tally(script, time);
        var host = new SimulatedHost(script, time, tally.Received);
        HttpClient[] clients = [.. Enumerable.Range(0, script.Instances).Select(Client)];
        var fleet = new Fleet(script, time, host, clients, tally);
        fleet.Begin();
        time.RunToEnd();
        fleet.ThrowIfEscaped();
        foreach (var client in clients)
        {
            client.Dispose();
        }

        return tally.Sum();

        HttpClient Client(int instance) =>
            new(breaker.Guard(new Surroundings(script, time, host, instance, () => tally.Opened(instance))))
            {
                Timeout = Timeout.InfiniteTimeSpan,
            };
    }
}
