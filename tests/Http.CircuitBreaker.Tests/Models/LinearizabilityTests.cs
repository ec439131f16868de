using Http.CircuitBreaker.Tests.Support;
using Xunit.Abstractions;

namespace Http.CircuitBreaker.Tests.Models;

/// <summary>
/// Whatever threads do to a circuit at once - start and end calls, let time pass, reload, isolate, reset - some order of the same
/// operations, one after the other on the model, must give every thread the answer that it got, and come to the same end.
/// </summary>
/// <remarks>
/// One thing is not a single step, on purpose: a call of a closed phase that ends. It is counted, then judged, then perhaps opens the
/// circuit, and between these another thread may come: a success that clears a full row, a call that is let in after that. The model
/// takes the same three steps, and each may stand anywhere between the beginning and the end of the operation; so that much is allowed
/// and no more.
/// </remarks>
public sealed class LinearizabilityTests(ITestOutputHelper output)
{
    // As many concurrent histories as wanted, or as a busy machine gives.
    private const int Wanted = 300;
    private const int AtLeast = 10;
    private const int MaxHistories = 1_000;
    private const int OperationsPerThread = 20;

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void What_threads_do_to_a_circuit_has_a_sequential_explanation(int threads)
    {
        var (histories, concurrent, arrived) = (0, 0, 0);
        var random = new Random(threads);
        var run = new HistoryRun(random);
        using var meeting = new Barrier(threads, _ =>
        {
            var history = run.History;
            histories++;
            concurrent += history.IsConcurrent ? 1 : 0;
            Assert.True(history.IsExplained(), $"No order explains this history:{Environment.NewLine}{history}");
            (run, arrived) = (new HistoryRun(random), 0);
        });

        CircuitThreads.RunTogether(threads, index =>
        {
            var own = new Random(index);
            while (concurrent < Wanted && histories < MaxHistories)
            {
                StartTogether(ref arrived, threads);
                Act(run, own);
                Assert.True(meeting.SignalAndWait(TimeSpan.FromMinutes(1)), "A thread got lost.");
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

    // A barrier wakes its threads one by one, and the first would be done before the last is awake.
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
