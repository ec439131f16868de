using Http.CircuitBreaker.Circuits;
using Http.CircuitBreaker.Tests.Support;
using static Http.CircuitBreaker.CircuitState;

namespace Http.CircuitBreaker.Tests.Circuits;

public sealed class SlowStartTests
{
    private readonly CircuitHarness _circuit = new(s => s with { RecoveryDuration = 20_000, MaxBreakDuration = 30_000 });

    [Fact]
    public void First_recovery_closes_the_circuit_without_a_slow_start() => _circuit.OpenUntilProbe().Succeed().Is(Closed);

    [Theory]
    [InlineData(0)]
    [InlineData(9.9)]
    public void Host_that_fails_soon_after_recovery_goes_through_slow_start(double seconds)
    {
        FailAfterRecovery("SSSSFFFF", seconds);

        _circuit.WaitForBreakEnd().Succeed().Is(HalfOpen).Succeed().Reject();
    }

    [Theory]
    [InlineData("SSSSFFFF", 10)] // Fails too late for the load to be the cause.
    [InlineData("FSSF", 0)] // Fails intermittently.
    [InlineData("FFFF", 0)] // Never recovered.
    public void Late_or_intermittent_failures_do_not_cause_a_slow_start(string calls, double seconds)
    {
        FailAfterRecovery(calls, seconds);

        _circuit.WaitForBreakEnd().Succeed().Is(Closed);
    }

    [Fact]
    public void First_outage_is_not_followed_by_a_slow_start()
    {
        _circuit.Run("SSSSFFFF").Is(Open);

        _circuit.WaitForBreakEnd().Succeed().Is(Closed);
    }

    [Fact]
    public void Null_RecoveryDuration_disables_slow_start()
    {
        _circuit.Apply(s => s with { RecoveryDuration = 0 });
        FailAfterRecovery("SSSSFFFF", 0);

        _circuit.WaitForBreakEnd().Succeed().Is(Closed);
    }

    [Fact]
    public void Circuit_is_half_open_during_slow_start()
    {
        FailAfterRecovery("SSSSFFFF", 0);
        _circuit.Apply(s => s with { HalfOpenProbes = 3 }).WaitForBreakEnd().Succeed();
        var probing = _circuit.Circuit.Phase;

        _circuit.Wait(5).Succeed();

        var slowStart = Assert.IsType<SlowStartPhase>(_circuit.Circuit.Phase);
        Assert.Equal((probing.Epoch, probing.Since), (slowStart.Epoch, slowStart.Since));
        Assert.Equal(HalfOpen, _circuit.LastChange.State);
    }

    [Fact]
    public void Share_of_calls_admitted_in_slow_start_doubles_with_each_tenth_of_RecoveryDuration()
    {
        Start();
        for (var tenth = 0; tenth < 10; tenth++)
        {
            var period = 1_024 >> tenth;
            Assert.InRange(Admitted(period * 4), 4, 5);
            Assert.Equal(1.0 / period, _circuit.Snapshot.AdmittedShare, 6);
            _circuit.Wait(2);
        }

        _circuit.Succeed(100).Is(Closed);
        Assert.Equal(CircuitTransitionReason.Recovered, _circuit.LastChange.Reason);
    }

    [Fact]
    public void First_call_of_a_slow_start_is_admitted()
    {
        Start().Succeed().Reject(1_000);
    }

    [Fact]
    public void Idle_time_during_slow_start_does_not_cause_a_burst_of_admitted_calls()
    {
        Start().Succeed().Wait(18);

        Assert.InRange(Admitted(100), 50, 51);
    }

    [Fact]
    public void Reaching_FailureRatio_during_slow_start_reopens_the_circuit()
    {
        Start().Fail().Is(Open);

        Assert.Equal((CircuitTransitionReason.RecoveryFailed, 1, 1), (_circuit.LastChange.Reason, _circuit.LastChange.Total, _circuit.LastChange.Failed));
    }

    [Fact]
    public void Staying_below_FailureRatio_during_slow_start_does_not_reopen_the_circuit()
    {
        Start().Wait(18);

        Assert.Equal(11, Admitted(20, failEvery: 3));
        _circuit.Is(HalfOpen);
    }

    [Fact]
    public void Slow_start_ignores_successes_older_than_a_tenth_of_RecoveryDuration()
    {
        Start().Wait(16);
        Assert.InRange(Admitted(100), 25, 26);
        _circuit.Wait(2);

        Admitted(2, failEvery: 1);

        _circuit.Is(Open);
    }

    [Fact]
    public void Body_failures_are_counted_during_slow_start()
    {
        Start().Start().EndInBody(CircuitOutcome.Failure);

        _circuit.Is(Open);
        Assert.Equal((1, 1), (_circuit.LastChange.Total, _circuit.LastChange.Failed));
    }

    [Fact]
    public void Failed_slow_start_is_followed_by_another_slow_start()
    {
        Start().Succeed().Wait(12);
        Admitted(16, failEvery: 1);
        _circuit.Is(Open);

        _circuit.WaitForBreakEnd().Succeed().Is(HalfOpen).Succeed().Reject();
    }

    [Fact]
    public void Slow_start_that_failed_in_its_first_tenth_is_not_repeated()
    {
        Start().Wait(1.9).Fail().Is(Open);

        _circuit.WaitForBreakEnd().Succeed().Is(Closed);
    }

    [Fact]
    public void Failed_probes_do_not_cancel_the_next_slow_start()
    {
        FailAfterRecovery("SSSSFFFF", 0);

        _circuit.WaitForBreakEnd().Fail().WaitForBreakEnd().Fail().WaitForBreakEnd().Succeed().Is(HalfOpen);
    }

    [Fact]
    public void Failure_that_arrives_after_slow_start_has_ended_changes_only_the_totals()
    {
        var late = Start().Start();
        var failed = _circuit.Snapshot.TotalFailed;
        _circuit.Reset();

        late.Fail();

        _circuit.Is(Closed);
        Assert.Equal((0, failed + 1), (_circuit.Snapshot.Failed, _circuit.Snapshot.TotalFailed));
    }

    [Fact]
    public void Reset_cancels_the_next_slow_start()
    {
        FailAfterRecovery("SSSSFFFF", 0);

        _circuit.Reset().Wait(20).Fail(4).Is(Open).WaitForBreakEnd().Succeed().Is(Closed);
    }

    [Fact]
    public void Retry_After_opens_the_circuit_during_slow_start()
    {
        _circuit.Apply(s => s with { RetryAfterHandling = RetryAfterHandling.Open });
        Start().Wait(18);
        Assert.Equal(10, Admitted(19));

        _circuit.Fail(retryAfter: 45_000).Is(Open);

        Assert.Equal(CircuitTransitionReason.RetryAfter, _circuit.LastChange.Reason);
    }

    [Fact]
    public void Closing_on_another_instance_can_start_slow_start_but_does_not_end_it()
    {
        FailAfterRecovery("SSSSFFFF", 0);

        Assert.True(_circuit.Circuit.TryCloseRemotely(_circuit.Circuit.Phase.Epoch, _circuit.Now));
        _circuit.Is(HalfOpen).Succeed().Reject();
        Assert.Equal(CircuitTransitionReason.Remote, _circuit.LastChange.Reason);
        Assert.False(_circuit.Circuit.TryCloseRemotely(_circuit.Circuit.Phase.Epoch, _circuit.Now));
        _circuit.Is(HalfOpen);
    }

    [Fact]
    public void Opening_on_another_instance_opens_the_circuit_during_slow_start()
    {
        var epoch = Start().LastChange.Epoch;

        Assert.False(_circuit.Circuit.TryOpenRemotely(epoch - 1, RemoteOpening()));
        Assert.True(_circuit.Circuit.TryOpenRemotely(epoch, RemoteOpening()));
        _circuit.Is(Open);
    }

    [Fact]
    public void Opening_on_another_instance_is_not_followed_by_a_slow_start()
    {
        _circuit.OpenUntilProbe().Succeed().Succeed(4).Is(Closed);
        Assert.True(_circuit.Circuit.TryOpenRemotely(_circuit.Circuit.Phase.Epoch, RemoteOpening()));

        _circuit.WaitForBreakEnd().Succeed().Is(Closed);
    }

    [Fact]
    public void Slow_start_admits_the_same_share_of_calls_if_callers_are_concurrent()
    {
        Start();
        var admitted = 0;

        CircuitThreads.RunTogether(8, _ =>
        {
            for (var i = 0; i < 1_024; i++)
            {
                if (_circuit.TryStart(out var _) == Admission.Admitted)
                {
                    Interlocked.Increment(ref admitted);
                }
            }
        });

        Assert.InRange(admitted, 8, 9);
        Assert.Equal(admitted, _circuit.Snapshot.InFlight);
    }

    private Transition RemoteOpening() => new(Open, CircuitTransitionReason.Remote, _circuit.Now) { Duration = 5_000, Instances = 2 };

    private CircuitHarness Start()
    {
        FailAfterRecovery("SSSSFFFF", 0);
        return _circuit.WaitForBreakEnd().Succeed().Is(HalfOpen);
    }

    // Half of the calls before the wait, half after it.
    private void FailAfterRecovery(string calls, double seconds) => _circuit.OpenUntilProbe().Succeed().Is(Closed)
        .Run(calls[..(calls.Length / 2)]).Wait(seconds).Run(calls[(calls.Length / 2)..]).Is(Open);

    private int Admitted(int calls, int failEvery = int.MaxValue)
    {
        var admitted = 0;
        for (var i = 0; i < calls; i++)
        {
            if (_circuit.TryStart(out var call) == Admission.Admitted)
            {
                admitted++;
                call.End(admitted % failEvery == 0 ? CircuitOutcome.Failure : CircuitOutcome.Success);
            }
        }

        return admitted;
    }
}
