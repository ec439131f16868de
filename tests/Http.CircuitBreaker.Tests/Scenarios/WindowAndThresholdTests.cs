using Http.CircuitBreaker.Tests.Support;
using static Http.CircuitBreaker.CircuitState;

namespace Http.CircuitBreaker.Tests.Scenarios;

/// <summary>Scenarios 1 to 8.</summary>
public sealed class WindowAndThresholdTests
{
    [Fact]
    public void Opens_with_the_call_that_brings_the_throughput() =>
        new Scenario().Calls("F").Is(Closed).Calls("F").Is(Closed).Calls("F").Is(Closed).Calls("F").Is(Open).Calls("R");

    [Theory]
    [InlineData("S S F F", Open)] // Exactly the ratio.
    [InlineData("S S S F", Closed)]
    [InlineData("S S F", Closed)] // Below the throughput.
    [InlineData("F F F S", Closed)] // A success never opens,
    [InlineData("F F F S F", Open)] // the failure after it does.
    [InlineData("X X X X X X X X X X", Closed)]
    [InlineData("F F F X X X X", Closed)] // Ignored calls bring no throughput.
    [InlineData("S F S F", Open)] // By ratio, although no two failures are in a row.
    public void Opens_by_ratio_once_the_window_holds_enough_calls(string calls, CircuitState state) => new Scenario().Calls(calls).Is(state);

    [Fact]
    public void Counts_a_call_over_the_whole_window() => new Scenario().Calls("F F F").After(6).Is(Closed).Calls("F").Is(Open);

    [Fact]
    public void Forgets_calls_older_than_the_window() => new Scenario().Calls("S S F").After(20).Calls("F").Is(Closed);

    [Theory]
    [InlineData(8.999, 2)]
    [InlineData(10, 1)]
    public void A_call_counts_for_nine_to_ten_tenths_of_the_window(double seconds, int total)
    {
        var circuit = new Scenario().Calls("S").After(seconds).Calls("S");

        Assert.Equal(total, circuit.Snapshot.Total);
    }

    [Fact]
    public void An_idle_circuit_counts_from_one_again()
    {
        var circuit = new Scenario().Calls("F F F").After(100).Calls("F");

        Assert.Equal((1, 1, 1.0), (circuit.Snapshot.Total, circuit.Snapshot.Failed, circuit.Snapshot.FailureRatio));
    }

    [Fact]
    public void A_snapshot_forgets_old_calls_without_a_new_one()
    {
        var circuit = new Scenario().Calls("F F S").After(2).Calls("S");
        Assert.Equal(4, circuit.Snapshot.Total);

        Assert.Equal((0, 0.0), (circuit.After(11).Snapshot.Total, circuit.Snapshot.FailureRatio));
    }

    [Fact]
    public void A_circuit_without_calls_has_ratio_zero() => Assert.Equal(0, new Scenario().Snapshot.FailureRatio);

    [Fact]
    public void A_rare_failure_at_high_traffic_never_opens()
    {
        var circuit = new Scenario();
        for (var i = 0; i < 84_000; i++)
        {
            circuit.Calls(i % 714 == 0 ? "F" : "S");
            if (i % 84 == 0)
            {
                circuit.After(0.1);
            }
        }

        circuit.Is(Closed);
    }

    [Fact]
    public void Opens_after_so_many_failures_in_a_row_whatever_the_ratio()
    {
        var circuit = new Scenario(s => s with { ConsecutiveFailures = 3, MinimumThroughput = 100 });

        circuit.Calls("F F S F F").Is(Closed).Calls("F").Is(Open);
        Assert.Equal(CircuitTransitionReason.ConsecutiveFailures, Assert.Single(circuit.Changes).Reason);
    }

    [Fact]
    public void Failures_far_apart_are_still_in_a_row() =>
        new Scenario(s => s with { ConsecutiveFailures = 3, MinimumThroughput = 100 })
            .Calls("F").After(60).Calls("F").After(60).Is(Closed).Calls("F").Is(Open);

    [Fact]
    public void Ignored_calls_do_not_break_a_row() =>
        new Scenario(s => s with { ConsecutiveFailures = 3, MinimumThroughput = 100 }).Calls("F X F X F").Is(Open);

    [Fact]
    public async Task Threads_that_fail_together_never_pass_the_number_of_failures_in_a_row()
    {
        for (var round = 0; round < 50; round++)
        {
            var circuit = new Scenario(s => s with { ConsecutiveFailures = 100, MinimumThroughput = int.MaxValue });
            var permits = circuit.Start(128);

            await Parallel.ForAsync(0, 64, (i, _) =>
            {
                circuit.End(permits[i], 'F').End(permits[i + 64], 'F');
                return ValueTask.CompletedTask;
            });

            circuit.Is(Open);
            Assert.Single(circuit.Changes);
        }
    }
}
