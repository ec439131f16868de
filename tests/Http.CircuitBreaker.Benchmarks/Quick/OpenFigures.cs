using System.Net;
using Http.CircuitBreaker.Benchmarks.Support;

namespace Http.CircuitBreaker.Benchmarks.Quick;

/// <summary>What a rejection costs.</summary>
internal static class OpenFigures
{
    public static void Measure(FigureBoard board)
    {
        using var ours = Subjects.Ours();
        using var peer = Subjects.Peer();
        foreach (var subject in (Subject[])[ours, peer])
        {
            subject.Host.Answer = () => Task.FromResult(new HttpResponseMessage(HttpStatusCode.InternalServerError));
            ManyCalls.Of(subject)(200);
            subject.Host.Answer = () => throw new InvalidOperationException($"The circuit of {subject.Name} is not open.");
        }

        var times = Stopwatches.Medians(500, ManyCalls.Of(ours), ManyCalls.Of(peer));
        board.Add("open_vs_peer", times[0] / times[1]);
        board.Add("open_bytes", Stopwatches.Bytes(20_000, ManyCalls.Of(ours)));
        board.Add("peer_open_bytes", Stopwatches.Bytes(20_000, ManyCalls.Of(peer)));
        FigureBoard.Note($"a rejection: ours {times[0]:0} ns, peer {times[1]:0} ns");
    }
}
