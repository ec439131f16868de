using Http.CircuitBreaker.Tests.Support;
using static Http.CircuitBreaker.CircuitState;

namespace Http.CircuitBreaker.Tests.Circuits;

public sealed class SlowAndInFlightTests
{
    private readonly CircuitHarness _circuit = new(s => s with { SlowCallDuration = 2_000 });

    [Fact]
    public void Call_after_SlowCallDuration_opens_the_circuit_of_a_hanging_host_and_is_rejected()
    {
        _circuit.Start(10);

        _circuit.Wait(2.5).Reject().Is(Open);

        Assert.Equal(CircuitTransitionReason.OverdueCalls, _circuit.LastChange.Reason);
        Assert.Equal((10, 10, 10), (_circuit.LastChange.Total, _circuit.LastChange.Failed, _circuit.LastChange.Overdue));
    }

    [Fact]
    public void Waiting_calls_are_not_overdue_before_SlowCallDuration()
    {
        _circuit.Start(10);

        _circuit.Wait(1.9).Start();

        _circuit.Is(Closed);
        Assert.Equal(0, _circuit.Snapshot.Overdue);
    }

    [Fact]
    public void Hanging_calls_are_never_overdue_without_SlowCallDuration()
    {
        var circuit = new CircuitHarness();
        circuit.Start(10);

        circuit.Wait(1_000).Succeed().Is(Closed);
    }

    [Fact]
    public void Overdue_calls_below_MinimumThroughput_do_not_open_the_circuit()
    {
        _circuit.Start(3);

        _circuit.Wait(2.5).Start();

        Assert.Equal((Closed, 3), (_circuit.State, _circuit.Snapshot.Overdue));
    }

    [Fact]
    public void Overdue_calls_that_end_after_the_circuit_opened_change_only_the_totals()
    {
        var hanging = _circuit.Start(10);
        _circuit.Wait(2.5).Reject();
        var epoch = _circuit.Snapshot.Epoch;

        Array.ForEach(hanging, call => call.Fail("slow"));

        Assert.Equal((epoch, 10, 0), (_circuit.Snapshot.Epoch, _circuit.Snapshot.TotalFailed, _circuit.Snapshot.InFlight));
    }

    [Fact]
    public void One_hanging_call_among_fast_calls_does_not_open_the_circuit()
    {
        var circuit = new CircuitHarness(s => s with { SlowCallDuration = 2_000, FailureRatio = 0.1 });
        circuit.Start();
        for (var second = 0; second < 300; second++)
        {
            circuit.Succeed(9).Wait(1).Is(Closed);
        }
    }

    [Fact]
    public void Calls_that_hang_since_before_a_reset_do_not_count_as_overdue()
    {
        _circuit.Start(10);
        _circuit.Reset().Wait(5).Succeed().Is(Closed);

        Assert.Equal((0, 10), (_circuit.Snapshot.Overdue, _circuit.Snapshot.InFlight));
    }

    [Fact]
    public void Overdue_call_is_counted_only_once_when_it_ends()
    {
        var circuit = new CircuitHarness(s => s with { SlowCallDuration = 2_000, MinimumThroughput = 100 });
        var hanging = circuit.Start(4);
        circuit.Wait(2.5);

        for (var ended = 0; ended <= 4; ended++)
        {
            Assert.Equal((4, 4, 4 - ended), (circuit.Snapshot.Total, circuit.Snapshot.Failed, circuit.Snapshot.Overdue));
            hanging.ElementAtOrDefault(ended)?.Fail("slow");
        }
    }

    [Fact]
    public void Canceled_call_no_longer_counts_as_overdue()
    {
        var circuit = new CircuitHarness(s => s with { SlowCallDuration = 2_000, MinimumThroughput = 100 });
        var hanging = circuit.Start(4);
        circuit.Wait(2.5);

        Array.ForEach(hanging, call => call.Ignore());

        Assert.Equal((0, 0, 0), (circuit.Snapshot.Total, circuit.Snapshot.Failed, circuit.Snapshot.Overdue));
    }

    [Fact]
    public void Failed_and_overdue_calls_together_can_open_the_circuit()
    {
        _circuit.Run("SSF").Start();

        _circuit.Wait(2.5).Reject().Is(Open);

        Assert.Equal((4, 2, 1), (_circuit.LastChange.Total, _circuit.LastChange.Failed, _circuit.LastChange.Overdue));
    }

    [Fact]
    public void Snapshot_includes_overdue_calls_even_if_no_new_call_arrives()
    {
        _circuit.Start(5);
        _circuit.Wait(100);

        Assert.Equal((Closed, 5), (_circuit.State, _circuit.Snapshot.Overdue));
    }
}
