using Http.CircuitBreaker.Circuits;
using Http.CircuitBreaker.Tests.Support;
using static Http.CircuitBreaker.CircuitState;

namespace Http.CircuitBreaker.Tests.Circuits;

/// <summary>Openings and closings that other instances decided.</summary>
public sealed class BackplaneOpeningTests
{
    private readonly CircuitHarness _circuit = new();

    [Fact]
    public void Opening_on_another_instance_opens_a_closed_circuit_for_the_remaining_time()
    {
        Assert.True(Open(seconds: 7));

        _circuit.Is(CircuitState.Open).Reject();
        Assert.Equal(7, _circuit.BreakSeconds);
        Assert.Equal((CircuitTransitionReason.Remote, 3, "timeout"), (_circuit.LastChange.Reason, _circuit.LastChange.RemoteInstances, _circuit.LastChange.FailureReason));
        Assert.Equal((3, "timeout"), (_circuit.Snapshot.RemoteInstances, _circuit.Snapshot.LastFailureReason));
    }

    [Fact]
    public void Failure_reason_of_the_other_instance_is_shown_unless_it_sends_none()
    {
        _circuit.Fail();
        Open(seconds: 7);
        Assert.Equal("timeout", _circuit.Snapshot.LastFailureReason);

        _circuit.Reset().Fail();
        Open(seconds: 7, reason: null);
        Assert.Equal(("500", "500"), (_circuit.Snapshot.LastFailureReason, _circuit.LastChange.FailureReason));
    }

    [Fact]
    public void Opening_on_another_instance_does_not_change_a_running_break()
    {
        _circuit.Fail(4);

        Assert.False(Open(seconds: 500));
        Assert.Equal((30, 0), (_circuit.BreakSeconds, _circuit.Snapshot.RemoteInstances));
    }

    [Fact]
    public void Opening_on_another_instance_after_a_local_break_extends_it_without_an_event()
    {
        _circuit.OpenUntilProbe();
        var epoch = _circuit.Circuit.Phase.Epoch;

        Assert.True(Open(seconds: 7));

        Assert.Equal((epoch, 1), (_circuit.Circuit.Phase.Epoch, _circuit.Circuit.FailureRatio));
        Assert.Single(_circuit.Changes);
        _circuit.Wait(6.9).Reject().Wait(0.1).Succeed().Is(Closed);
    }

    [Fact]
    public void Opening_on_another_instance_reopens_a_half_open_circuit()
    {
        var probe = _circuit.OpenUntilProbe().Start();

        Assert.True(Open(seconds: 7));
        probe.Succeed();

        _circuit.Is(CircuitState.Open);
    }

    [Theory]
    [InlineData(CircuitState.Open)]
    [InlineData(HalfOpen)]
    public void Closing_on_another_instance_closes_an_open_or_half_open_circuit(CircuitState state)
    {
        var circuit = CircuitScenario.In(state);

        Assert.True(circuit.Circuit.TryCloseRemotely(circuit.Circuit.Phase.Epoch, circuit.Now));

        circuit.Is(Closed);
        Assert.Equal(CircuitTransitionReason.Remote, circuit.LastChange.Reason);
    }

    [Theory]
    [InlineData(Closed)]
    [InlineData(Isolated)]
    public void Closing_on_another_instance_does_not_change_a_closed_or_isolated_circuit(CircuitState state)
    {
        var circuit = CircuitScenario.In(state);

        Assert.False(circuit.Circuit.TryCloseRemotely(circuit.Circuit.Phase.Epoch, circuit.Now));
        circuit.Is(state);
    }

    [Fact]
    public void Remote_change_that_was_decided_before_a_local_state_change_is_ignored()
    {
        var closed = _circuit.Circuit.Phase.Epoch;
        _circuit.OpenUntilProbe().Succeed().Is(Closed);
        Assert.False(Open(seconds: 7, epoch: closed));

        var open = _circuit.Fail(4).Circuit.Phase.Epoch;
        _circuit.WaitForBreakEnd().Fail().Is(CircuitState.Open);
        Assert.False(_circuit.Circuit.TryCloseRemotely(open, _circuit.Now));
    }

    [Fact]
    public void Opening_on_another_instance_does_not_open_an_isolated_or_evicted_circuit()
    {
        _circuit.Isolate();
        Assert.False(Open(seconds: 7));

        _circuit.Reset().Succeed();
        Assert.True(_circuit.Circuit.TryEvict(_circuit.Now));
        Assert.False(Open(seconds: 7));
    }

    [Fact]
    public void Opening_on_another_instance_counts_as_a_consecutive_opening()
    {
        Open(seconds: 7);

        _circuit.WaitForBreakEnd().Fail();

        Assert.Equal(60, _circuit.BreakSeconds);
    }

    [Fact]
    public void Opening_event_contains_the_Retry_After_of_the_failure()
    {
        _circuit.Fail(4, retryAfter: 40_000);

        Assert.Equal(TimeSpan.FromSeconds(40), _circuit.LastChange.RetryAfter);
    }

    private bool Open(double seconds, int? epoch = null, string? reason = "timeout") => _circuit.Circuit.TryOpenRemotely(
        epoch ?? _circuit.Circuit.Phase.Epoch,
        new Transition(CircuitState.Open, CircuitTransitionReason.Remote, _circuit.Now)
        {
            FailureReason = reason,
            Duration = (long)(seconds * 1000),
            Instances = 3,
        });
}
