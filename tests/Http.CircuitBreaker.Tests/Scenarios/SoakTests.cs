using Http.CircuitBreaker.Circuits;
using Http.CircuitBreaker.Tests.Support;

namespace Http.CircuitBreaker.Tests.Scenarios;

/// <summary>Everything at once from many threads; at the end every number must be right.</summary>
public sealed class SoakTests
{
    private const int Threads = 8;
    private const int Steps = 40_000;

    [Fact]
    public void Nothing_is_lost_and_nothing_counted_twice()
    {
        var circuit = new Scenario(s => s with { HalfOpenProbes = 3, ConsecutiveFailures = 4, SlowCallDuration = 2_000, BreakDuration = 100, MaxBreakDuration = 200 });
        var seen = new long[4];

        Parallel.For(0, Threads, new ParallelOptions { MaxDegreeOfParallelism = Threads }, thread => Work(circuit, new Random(thread), seen));

        var snapshot = circuit.Snapshot;
        Assert.Equal(0, snapshot.InFlight);
        Assert.Equal((seen[0], seen[1], seen[2], seen[3]), (snapshot.TotalSucceeded, snapshot.TotalFailed, snapshot.TotalIgnored, snapshot.Rejected));
        Assert.Contains(circuit.Changes, change => change.Reason == CircuitTransitionReason.ProbesSucceeded);
        Assert.All(circuit.Changes.Zip(circuit.Changes.Skip(1)), pair => Assert.Equal(pair.First.State, pair.Second.PreviousState));
    }

    private static void Work(Scenario circuit, Random random, long[] seen)
    {
        var running = new Queue<(Permit Permit, CircuitOutcome Outcome, bool HasBody)>();
        for (var step = 0; step < Steps; step++)
        {
            switch (random.Next(2_000))
            {
                case 0: circuit.Circuit.TryIsolate(circuit.Now, random.Next(2) == 0 ? 50 : null, null); break;
                case < 4: circuit.Circuit.TryReset(circuit.Now); break;
                case < 8: circuit.Circuit.Apply(Scenario.Defaults with { HalfOpenProbes = random.Next(1, 4), BreakDuration = 100, SamplingDuration = random.Next(1, 5) * 1_000 }, circuit.Now); break;
                case < 40: circuit.After(0.03); break;
                default: Start(circuit, random, running, seen); break;
            }

            while (running.Count > random.Next(6) && running.TryDequeue(out var call))
            {
                End(circuit, call, seen);
            }
        }

        while (running.TryDequeue(out var call))
        {
            End(circuit, call, seen);
        }
    }

    private static void Start(Scenario circuit, Random random, Queue<(Permit, CircuitOutcome, bool)> running, long[] seen)
    {
        if (circuit.Circuit.TryAdmit(circuit.Now, out var permit) == Admission.Admitted)
        {
            running.Enqueue((permit, (CircuitOutcome)random.Next(3), random.Next(3) == 0));
        }
        else
        {
            Interlocked.Increment(ref seen[3]);
        }
    }

    // Some fail only in their body, also long after their phase.
    private static void End(Scenario circuit, (Permit Permit, CircuitOutcome Outcome, bool HasBody) call, long[] seen)
    {
        var verdict = call.Outcome == CircuitOutcome.Failure ? Scenario.Failure : new Verdict(call.Outcome);
        if (call.HasBody && call.Outcome != CircuitOutcome.Ignored)
        {
            call.Permit.Settle(Verdict.Success with { IsBodyToCome = true }, circuit.Now);
            call.Permit.SettleBody(in verdict, circuit.Now);
        }
        else
        {
            circuit.End(call.Permit, in verdict);
        }

        Interlocked.Increment(ref seen[(int)call.Outcome]);
    }
}
