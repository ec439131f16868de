using Http.CircuitBreaker.Circuits;
using Http.CircuitBreaker.Tests.Support;

namespace Http.CircuitBreaker.Tests.Circuits;

/// <summary>Many threads use one circuit in every way simultaneously. All totals must be exact at the end.</summary>
public sealed class SoakTests
{
    private const int Threads = 8;
    private const int Steps = 40_000;

    [Fact]
    public void Every_concurrent_call_is_counted_exactly_once()
    {
        var circuit = new CircuitHarness(s => s with { HalfOpenProbes = 3, ConsecutiveFailures = 4, SlowCallDuration = 2_000, BreakDuration = 100, MaxBreakDuration = 200 });
        var seen = new long[4];

        Parallel.For(0, Threads, new ParallelOptions { MaxDegreeOfParallelism = Threads }, thread => Work(circuit, new Random(thread), seen));

        var snapshot = circuit.Snapshot;
        Assert.Equal(0, snapshot.InFlight);
        Assert.Equal((seen[0], seen[1], seen[2], seen[3]), (snapshot.TotalSucceeded, snapshot.TotalFailed, snapshot.TotalIgnored, snapshot.Rejected));
        Assert.Contains(circuit.Changes, change => change.Reason == CircuitTransitionReason.ProbesSucceeded);
        Assert.All(circuit.Changes.Zip(circuit.Changes.Skip(1)), pair => Assert.Equal(pair.First.State, pair.Second.PreviousState));
    }

    private static void Work(CircuitHarness circuit, Random random, long[] seen)
    {
        var running = new Queue<(CircuitCall Call, CircuitOutcome Outcome, bool HasBody)>();
        for (var step = 0; step < Steps; step++)
        {
            switch (random.Next(2_000))
            {
                case 0: circuit.Isolate(random.Next(2) == 0 ? 0.05 : null); break;
                case < 4: circuit.Reset(); break;
                case < 8: Reload(circuit, random); break;
                case < 40: circuit.Wait(0.03); break;
                default: Start(circuit, random, running, seen); break;
            }

            while (running.Count > random.Next(6) && running.TryDequeue(out var call))
            {
                End(call, seen);
            }
        }

        while (running.TryDequeue(out var call))
        {
            End(call, seen);
        }
    }

    private static void Start(CircuitHarness circuit, Random random, Queue<(CircuitCall, CircuitOutcome, bool)> running, long[] seen)
    {
        if (circuit.TryStart(out var call) == Admission.Admitted)
        {
            running.Enqueue((call, (CircuitOutcome)random.Next(3), random.Next(3) == 0));
        }
        else
        {
            Interlocked.Increment(ref seen[3]);
        }
    }

    private static void Reload(CircuitHarness circuit, Random random)
    {
        var (probes, sampling) = (random.Next(1, 4), random.Next(1, 5) * 1_000);
        circuit.Apply(settings => settings with { HalfOpenProbes = probes, SamplingDuration = sampling });
    }

    // Some calls fail in their body, possibly long after their phase.
    private static void End((CircuitCall Call, CircuitOutcome Outcome, bool HasBody) ending, long[] seen)
    {
        if (ending.HasBody && ending.Outcome != CircuitOutcome.Ignored)
        {
            ending.Call.EndInBody(ending.Outcome);
        }
        else
        {
            ending.Call.End(ending.Outcome);
        }

        Interlocked.Increment(ref seen[(int)ending.Outcome]);
    }
}
