using Http.CircuitBreaker.Tests.Support;
using Xunit.Abstractions;

namespace Http.CircuitBreaker.Tests.Models;

/// <summary>
/// Threads start and end calls, advance the clock, reload, isolate and reset one circuit simultaneously. Some sequential order of these
/// operations on the model must give the same results and the same final state.
/// </summary>
/// <remarks>
/// The end of a call in a closed phase is deliberately not atomic: the result is counted, then evaluated, then opens the circuit if
/// needed. A result that races a transition may land on either side. Operations of other threads may come between these steps, which the
/// model takes separately.
/// </remarks>
public sealed class LinearizabilityTests(ITestOutputHelper output)
{
    // The target for concurrent histories, and the minimum for a busy machine.
    private const int Wanted = 300;
    private const int AtLeast = 10;
    private const int MaxHistories = 1_000;
    private const int OperationsPerThread = 20;

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Concurrent_operations_are_equivalent_to_a_sequential_order(int threads)
    {
        var (histories, concurrent, arrived) = (0, 0, 0);
        var random = new Random(threads);
        var run = new HistoryRun(random);
        using var meeting = new Barrier(threads, _ =>
        {
            var history = run.History;
            histories++;
            concurrent += history.IsConcurrent ? 1 : 0;
            Assert.True(history.IsLinearizable(), $"No sequential order gives this history:{Environment.NewLine}{history}");
            (run, arrived) = (new HistoryRun(random), 0);
        });

        CircuitThreads.RunTogether(threads, index =>
        {
            var own = new Random(index);
            while (concurrent < Wanted && histories < MaxHistories)
            {
                StartTogether(ref arrived, threads);
                Act(run, own);
                Assert.True(meeting.SignalAndWait(TimeSpan.FromMinutes(1)), "A thread did not arrive in time.");
            }
        });

        output.WriteLine($"{histories} histories, {concurrent} of them concurrent.");
        Assert.True(concurrent >= AtLeast, $"Only {concurrent} of {histories} histories were concurrent.");
    }

    private static void Act(HistoryRun run, Random random)
    {
        for (var operation = 0; operation < OperationsPerThread; operation++)
        {
            run.Act(random);
        }
    }

    // A barrier wakes threads one by one, so the first could finish before the last starts.
    private static void StartTogether(ref int arrived, int all)
    {
        Interlocked.Increment(ref arrived);
        var waiting = new SpinWait();
        while (Volatile.Read(ref arrived) < all)
        {
            waiting.SpinOnce(sleep1Threshold: -1);
        }
    }
}
