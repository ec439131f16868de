using Http.CircuitBreaker.Benchmarks.Support;

namespace Http.CircuitBreaker.Benchmarks.Quick;

/// <summary>The cost of a call if the circuits of all hosts do not fit in the CPU caches.</summary>
internal static class ManyHostsFigures
{
    private const int Hosts = 100_000;

    public static void Measure(QuickReport report)
    {
        using var ours = Subjects.Ours(options => options.MaxCircuits = Hosts);
        using var peer = Subjects.Peer();
        var answer = Task.FromResult(new HttpResponseMessage());
        Array.ForEach([ours, peer], subject => subject.Host.Answer = () => answer);

        // Each subject has its own requests, because the peer modifies them. The first pass creates the circuits.
        Action<int>[] subjects = [CallLoop.Create(ours, Requests.ToHosts(Hosts)), CallLoop.Create(peer, Requests.ToHosts(Hosts))];
        Array.ForEach(subjects, calls => calls(Hosts));
        var times = Measurement.Medians(1_000, subjects);
        report.Add("hosts100k_vs_peer", times[0] / times[1]);
        QuickReport.WriteComment($"time per call to one of {Hosts:N0} hosts: ours {times[0]:0} ns, peer {times[1]:0} ns");
    }
}
