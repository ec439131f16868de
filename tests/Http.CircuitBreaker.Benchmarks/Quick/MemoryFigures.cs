using System.Net;
using Http.CircuitBreaker.Benchmarks.Support;
using Microsoft.Extensions.Time.Testing;

namespace Http.CircuitBreaker.Benchmarks.Quick;

/// <summary>The memory that a circuit retains, including its registry entry and host name.</summary>
internal static class MemoryFigures
{
    // Far from the size at which the registry's table grows, which is about 20,000 and varies with the hash seed of the process.
    private const int Hosts = 15_000;

    public static void Measure(QuickReport report)
    {
        using var ours = Subjects.Ours(options => options.MaxCircuits = Hosts);
        using var peer = Subjects.Peer();
        using var policy = Subjects.Policy();
        report.Add("bytes_per_circuit", RetainedPerHost(() => Call(ours.SendAsync)));
        report.Add("peer_bytes_per_circuit", RetainedPerHost(() => Call(peer.SendAsync)));
        report.Add("polly_bytes_per_circuit", RetainedPerHost(() => Call(policy.SendAsync)));
        report.Add("bytes_per_circuit_full", MeasureFull());
    }

    // Allocates every optional part of a circuit: the overdue calls (SlowCallDuration is set), the history of a circuit that has opened,
    // half-opened and closed, and several buckets of the sampling window, one of them with a failure.
    private static double MeasureFull()
    {
        var time = new FakeTimeProvider();
        var status = HttpStatusCode.InternalServerError;
        var options = new CircuitBreakerOptions
        {
            MaxCircuits = Hosts,
            SlowCallDuration = TimeSpan.FromSeconds(1),
            MinimumThroughput = 2,
            FailureRatio = 1,
        };
        using var handler = new CircuitBreakerHandler(options, timeProvider: time)
        {
            InnerHandler = new StubHost { Answer = () => Task.FromResult(new HttpResponseMessage(status)) },
        };
        using var invoker = new HttpMessageInvoker(handler);
        var bytes = RetainedPerHost(() =>
        {
            (HttpStatusCode Status, int SecondsBefore)[] calls = [(HttpStatusCode.InternalServerError, 0), (HttpStatusCode.InternalServerError, 0),
                (HttpStatusCode.OK, 60), (HttpStatusCode.OK, 4), (HttpStatusCode.InternalServerError, 4), (HttpStatusCode.OK, 4)];
            foreach (var call in calls)
            {
                status = call.Status;
                time.Advance(TimeSpan.FromSeconds(call.SecondsBefore));
                Call(request => invoker.SendAsync(request, CancellationToken.None));
            }
        });
        ThrowIfUnexpected(handler.Circuits);
        return bytes;
    }

    private static void ThrowIfUnexpected(ICircuitRegistry registry)
    {
        var circuits = registry.GetSnapshots();
        if (circuits.Count != Hosts || !circuits.All(circuit => circuit is { State: CircuitState.Closed, Failed: 1, Total: 3 }))
        {
            throw new InvalidOperationException(
                $"Expected {Hosts} closed circuits with 1 of 3 calls failed, but there are {circuits.Count}, for example {circuits[0]}.");
        }
    }

    private static double RetainedPerHost(Action calls)
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
