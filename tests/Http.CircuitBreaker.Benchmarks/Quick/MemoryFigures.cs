using System.Net;
using Http.CircuitBreaker.Benchmarks.Support;
using Microsoft.Extensions.Time.Testing;

namespace Http.CircuitBreaker.Benchmarks.Quick;

/// <summary>What a circuit holds on to, its entry in the registry and its host's name included.</summary>
internal static class MemoryFigures
{
    // Well between two sizes of the registry's table: it grows at about 20,000, a little sooner or later by the hashes of the process.
    private const int Hosts = 15_000;

    public static void Measure(FigureBoard board)
    {
        using var ours = Subjects.Ours(options => options.MaxCircuits = Hosts);
        using var peer = Subjects.Peer();
        using var policy = Subjects.Policy();
        board.Add("bytes_per_circuit", RetainedByEach(() => Call(ours.SendAsync)));
        board.Add("peer_bytes_per_circuit", RetainedByEach(() => Call(peer.SendAsync)));
        board.Add("polly_bytes_per_circuit", RetainedByEach(() => Call(policy.SendAsync)));
        board.Add("bytes_per_circuit_full", Full());
    }

    // Everything on that a circuit pays for: latency is judged (a log of overdue calls); each circuit has opened on a failure, let a probe
    // pass and closed again (its queue of changes, the account of former phases, the reason of its last failure); and since then has seen
    // another failure, and calls in several slices of its window (the rings of readings).
    private static double Full()
    {
        var time = new FakeTimeProvider();
        var answer = HttpStatusCode.InternalServerError;
        var options = new CircuitBreakerOptions
        {
            MaxCircuits = Hosts,
            SlowCallDuration = TimeSpan.FromSeconds(1),
            MinimumThroughput = 2,
            FailureRatio = 1,
        };
        using var handler = new CircuitBreakerHandler(options, timeProvider: time)
        {
            InnerHandler = new StandInHost { Answer = () => Task.FromResult(new HttpResponseMessage(answer)) },
        };
        using var invoker = new HttpMessageInvoker(handler);
        var bytes = RetainedByEach(() =>
        {
            (HttpStatusCode Answer, int After)[] calls = [(HttpStatusCode.InternalServerError, 0), (HttpStatusCode.InternalServerError, 0),
                (HttpStatusCode.OK, 60), (HttpStatusCode.OK, 4), (HttpStatusCode.InternalServerError, 4), (HttpStatusCode.OK, 4)];
            foreach (var call in calls)
            {
                answer = call.Answer;
                time.Advance(TimeSpan.FromSeconds(call.After));
                Call(request => invoker.SendAsync(request, CancellationToken.None));
            }
        });
        EnsureAll(handler.Circuits);
        return bytes;
    }

    private static void EnsureAll(ICircuitRegistry registry)
    {
        var circuits = registry.GetSnapshots();
        if (circuits.Count != Hosts || !circuits.All(circuit => circuit is { State: CircuitState.Closed, Failed: 1, Total: 3 }))
        {
            throw new InvalidOperationException($"{circuits.Count} circuits, e.g. {circuits[0]}: not what was to be measured.");
        }
    }

    private static double RetainedByEach(Action calls)
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        calls();
        return (GC.GetTotalMemory(forceFullCollection: true) - before) / (double)Hosts;
    }

    private static void Call(Func<HttpRequestMessage, Task<HttpResponseMessage>> send)
    {
        for (var i = 0; i < Hosts; i++)
        {
            using var request = Requests.ToHost(i);
            send(request).GetAwaiter().GetResult();
        }
    }
}
