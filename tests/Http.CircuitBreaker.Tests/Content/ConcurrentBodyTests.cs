using Http.CircuitBreaker.Content;

namespace Http.CircuitBreaker.Tests.Content;

/// <summary>The outcome of a body is recorded once, even with concurrent reads.</summary>
[Collection(SequentialTests.Name)]
public sealed class ConcurrentBodyTests
{
    private const int Rounds = 20_000;

    [Fact]
    public async Task Concurrent_failure_and_end_of_a_body_record_only_one_outcome()
    {
        using var bench = new BodyBench();
        var contents = new ObservedContent[Rounds];
        for (var i = 0; i < Rounds; i++)
        {
            contents[i] = (ObservedContent)(await bench.GetAsync(new byte[1])).Content;
        }

        await RunTogetherAsync(i => contents[i].Fail(new IOException("reset"), CancellationToken.None), i => contents[i].End());
        var (succeeded, failed, _) = bench.Totals;
        Assert.Equal(Rounds, succeeded + failed);
        Assert.InRange(failed, 0, Rounds);
    }

    [Fact]
    public async Task Concurrent_errors_in_one_body_are_counted_as_one_failure()
    {
        using var bench = new BodyBench();
        var contents = new ObservedContent[Rounds];
        for (var i = 0; i < Rounds; i++)
        {
            contents[i] = (ObservedContent)(await bench.GetAsync(new byte[1])).Content;
        }

        var fault = new IOException("reset");
        await RunTogetherAsync(i => contents[i].Fail(fault, CancellationToken.None), i => contents[i].Fail(fault, CancellationToken.None));
        Assert.Equal((0, Rounds, 0), bench.Totals);
    }

    [Fact]
    public async Task Bodies_that_break_during_a_reset_are_counted_exactly()
    {
        using var bench = new BodyBench();
        for (var i = 0; i < Rounds / 10; i++)
        {
            var content = (ObservedContent)(await bench.GetAsync(new byte[1])).Content;
            var key = bench.Circuit.Key;
            using var start = new Barrier(2);
            var breaking = Task.Run(() => { start.SignalAndWait(); content.Fail(new IOException("reset"), CancellationToken.None); });
            start.SignalAndWait();
            bench.Handler.Circuits.Reset(key);
            await breaking.WaitAsync(TimeSpan.FromSeconds(30));
            Assert.Equal((0, i + 1, 0), bench.Totals);
        }
    }

    // Spin until both threads have arrived. A barrier releases them too far apart.
    private static async Task RunTogetherAsync(Action<int> one, Action<int> other)
    {
        var (arrived, deadline) = (0, Environment.TickCount64 + 30_000);
        Task Run(Action<int> action) => Task.Run(() =>
        {
            for (var i = 0; i < Rounds; i++)
            {
                Interlocked.Increment(ref arrived);
                for (var spins = 0; Volatile.Read(ref arrived) < 2 * (i + 1); spins++)
                {
                    Assert.True(Environment.TickCount64 < deadline);
                    if (spins > 1_000)
                    {
                        Thread.Yield();
                    }
                }

                action(i);
            }
        });
        await Task.WhenAll(Run(one), Run(other)).WaitAsync(TimeSpan.FromSeconds(60));
    }
}
