using System.Diagnostics;
using Http.CircuitBreaker.Benchmarks.Support;

namespace Http.CircuitBreaker.Benchmarks.Quick;

/// <summary>The time that the breaker adds to a request to Kestrel over loopback, including the read of the response body.</summary>
internal static class LoopbackFigures
{
    private const int Pairs = 20_000;
    private const int WarmUpPairs = 5_000;

    public static async Task MeasureAsync(QuickReport report)
    {
        await using var server = await LoopbackServer.StartAsync();

        // Both share one connection pool, because no two connections are equally fast.
        using var sockets = new SocketsHttpHandler();
        using var without = Subjects.Nothing(sockets);
        using var with = Subjects.Ours(primary: sockets);
        var (differences, times) = (new List<double>(Pairs), new List<double>(Pairs));
        for (var pair = 0; pair < WarmUpPairs + Pairs; pair++)
        {
            // Alternate the order, because the first request affects the second (warm caches, for example).
            var isOursFirst = pair % 2 == 0;
            var first = await MicrosecondsAsync(isOursFirst ? with : without, server.Address);
            var second = await MicrosecondsAsync(isOursFirst ? without : with, server.Address);
            if (pair >= WarmUpPairs)
            {
                differences.Add(isOursFirst ? first - second : second - first);
                times.Add(isOursFirst ? second : first);
            }
        }

        report.Add("loopback_added_us", Measurement.Median(differences));
        QuickReport.WriteComment($"time per request without a breaker: {Measurement.Median(times):0.#} us");
    }

    private static async Task<double> MicrosecondsAsync(Subject subject, Uri address)
    {
        var start = Stopwatch.GetTimestamp();
        using var response = await subject.Client.GetAsync(address);
        return Stopwatch.GetElapsedTime(start).TotalMicroseconds;
    }
}
