using System.Net;
using Http.CircuitBreaker.Benchmarks.Support;

namespace Http.CircuitBreaker.Benchmarks.Quick;

/// <summary>The cost of a rejected call.</summary>
internal static class OpenFigures
{
    public static void Measure(QuickReport report)
    {
        using var ours = Subjects.Ours();
        using var peer = Subjects.Peer();
        foreach (var subject in (Subject[])[ours, peer])
        {
            subject.Host.Answer = () => Task.FromResult(new HttpResponseMessage(HttpStatusCode.InternalServerError));
            CallLoop.Create(subject)(200);
            subject.Host.Answer = () => throw new InvalidOperationException($"The circuit of {subject.Name} is not open.");
        }

        var times = Measurement.Medians(500, CallLoop.Create(ours), CallLoop.Create(peer));
        report.Add("open_vs_peer", times[0] / times[1]);
        report.Add("open_bytes", Measurement.Bytes(20_000, CallLoop.Create(ours)));
        report.Add("peer_open_bytes", Measurement.Bytes(20_000, CallLoop.Create(peer)));
        QuickReport.WriteComment($"time per rejection: ours {times[0]:0} ns, peer {times[1]:0} ns");
    }
}
