using System.Diagnostics;
using Http.CircuitBreaker.Benchmarks.Support;

namespace Http.CircuitBreaker.Benchmarks.Quick;

/// <summary>What a real request to Kestrel over loopback takes longer, its body read.</summary>
internal static class LoopbackFigures
{
    private const int Pairs = 20_000;
    private const int WarmUpPairs = 5_000;

    public static async Task MeasureAsync(FigureBoard board)
    {
        await using var server = await LoopbackServer.StartAsync();

        // One pool of connections for both: two connections are never equally fast.
        using var sockets = new SocketsHttpHandler();
        using var without = Subjects.Nothing(sockets);
        using var with = Subjects.Ours(primary: sockets);
        var (differences, times) = (new List<double>(Pairs), new List<double>(Pairs));
        for (var pair = 0; pair < WarmUpPairs + Pairs; pair++)
        {
            // Whoever goes second finds what the first has left behind: they take turns.
            var isOursFirst = pair % 2 == 0;
            var first = await MicrosecondsAsync(isOursFirst ? with : without, server.Address);
            var second = await MicrosecondsAsync(isOursFirst ? without : with, server.Address);
            if (pair >= WarmUpPairs)
            {
                differences.Add(isOursFirst ? first - second : second - first);
                times.Add(isOursFirst ? second : first);
            }
        }

        board.Add("loopback_added_us", Stopwatches.Median(differences));
        FigureBoard.Note($"a request without a breaker: {Stopwatches.Median(times):0.#} us");
    }

    private static async Task<double> MicrosecondsAsync(Subject subject, Uri address)
    {
        var start = Stopwatch.GetTimestamp();
        using var response = await subject.Client.GetAsync(address);
        return Stopwatch.GetElapsedTime(start).TotalMicroseconds;
    }
}
