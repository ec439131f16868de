using Http.CircuitBreaker.Benchmarks.Support;

namespace Http.CircuitBreaker.Benchmarks.Quick;

/// <summary>What a call costs a client of very many hosts, whose circuits no cache of the processor holds.</summary>
internal static class HostFigures
{
    private const int Hosts = 100_000;

    public static void Measure(FigureBoard board)
    {
        using var ours = Subjects.Ours(options => options.MaxCircuits = Hosts);
        using var peer = Subjects.Peer();
        var answer = Task.FromResult(new HttpResponseMessage());
        Array.ForEach([ours, peer], subject => subject.Host.Answer = () => answer);

        // Requests of their own, as the peer writes into them. The first lap creates the circuits.
        Action<int>[] subjects = [ManyCalls.Of(ours, Requests.ToHosts(Hosts)), ManyCalls.Of(peer, Requests.ToHosts(Hosts))];
        Array.ForEach(subjects, calls => calls(Hosts));
        var times = Stopwatches.Medians(1_000, subjects);
        board.Add("hosts100k_vs_peer", times[0] / times[1]);
        FigureBoard.Note($"a call to one of {Hosts:N0} hosts: ours {times[0]:0} ns, peer {times[1]:0} ns");
    }
}
