using Http.CircuitBreaker.Circuits;
using Http.CircuitBreaker.Tests.Support;
using static Http.CircuitBreaker.CircuitState;

namespace Http.CircuitBreaker.Tests.Circuits;

public sealed class RecoveringTests
{
    private const double Step = 1;

    private readonly CircuitHarness _circuit = new(s => s with { RecoveryRamp = RecoveryRamp.Always, RecoveryDuration = 10_000 });

    [Fact]
    public void The_probes_start_a_recovery_and_not_the_full_traffic()
    {
        Recover().Is(HalfOpen).Succeed().Reject(1_023).Succeed().Reject(1_023);

        Assert.Equal(["Closed -> Open", "Open -> HalfOpen"], _circuit.Path);
    }

    [Fact]
    public void It_is_the_second_half_of_half_open_and_no_stay_of_its_own()
    {
        _circuit.Apply(s => s with { HalfOpenProbes = 3 }).OpenUntilProbe().Succeed();
        var probing = _circuit.Circuit.Phase;

        _circuit.Wait(5).Succeed().Is(HalfOpen);

        var recovering = Assert.IsType<RecoveringPhase>(_circuit.Circuit.Phase);
        Assert.Equal((probing.Epoch + 1, probing.Epoch, probing.Since), (recovering.Epoch, recovering.StayEpoch, recovering.Since));
    }

    [Fact]
    public void After_a_verdict_of_the_fleet_it_is_one()
    {
        var open = _circuit.Fail(4).Wait(5).Circuit.Phase;

        Assert.True(_circuit.Circuit.TryCloseRemotely(open.Epoch, _circuit.Now));

        var recovering = Assert.IsType<RecoveringPhase>(_circuit.Circuit.Phase);
        Assert.Equal((open.Epoch + 1, open.Epoch + 1, _circuit.Now), (recovering.Epoch, recovering.StayEpoch, recovering.Since));
    }

    [Fact]
    public void A_step_ends_no_sooner_than_a_tenth_of_the_duration_after_it_began()
    {
        Recover().Wait(Step / 2).Succeed().Wait((Step / 2) - 0.001).Reject().Wait(0.001).Succeed();

        Assert.Equal(1 / 512.0, _circuit.Snapshot.AdmittedShare);
    }

    [Fact]
    public void The_share_doubles_with_each_step_and_ends_in_a_closed_circuit()
    {
        Recover();
        for (var period = 1_024; period > 1; period /= 2)
        {
            _circuit.Succeed().Reject(period - 1).Succeed().Reject(period - 1).Is(HalfOpen);
            Assert.Equal(1.0 / period, _circuit.Snapshot.AdmittedShare);
            _circuit.Wait(Step);
        }

        _circuit.Succeed(100).Is(Closed);
        Assert.Equal((CircuitTransitionReason.Recovered, 2), (_circuit.LastChange.Reason, _circuit.LastChange.Total));
    }

    [Fact]
    public void Time_alone_ends_no_step_and_each_try_admits_one_call()
    {
        Recover();
        for (var i = 0; i < 20; i++)
        {
            _circuit.Ignore().Reject(500).Wait(Step);
        }

        Assert.Equal(1 / 1_024.0, _circuit.Snapshot.AdmittedShare);
    }

    [Fact]
    public void With_few_calls_each_is_let_in_and_ten_of_them_close()
    {
        Recover();
        for (var i = 0; i < 10; i++)
        {
            _circuit.Succeed().Is(HalfOpen).Wait(60);
        }

        _circuit.Succeed().Is(Closed);
    }

    [Fact]
    public void A_lull_is_no_reason_for_a_burst()
    {
        Recover().Succeed().Wait(Step).Succeed().Wait(3_600);

        _circuit.Succeed().Reject(255).Succeed().Reject(255);
    }

    [Fact]
    public void A_failure_leads_one_step_back()
    {
        Recover().Succeed().Wait(Step).Succeed().Wait(Step).Fail();

        Assert.Equal(1 / 512.0, _circuit.Snapshot.AdmittedShare);
        _circuit.Succeed().Reject(511).Is(HalfOpen);
    }

    [Fact]
    public void Failures_at_the_ratio_lead_back()
    {
        Recover().Succeed().Wait(Step).Succeed().Reject(511).Fail();

        Assert.Equal(1 / 1_024.0, _circuit.Snapshot.AdmittedShare);
    }

    [Fact]
    public void Failures_below_the_ratio_lead_nowhere()
    {
        Recover();
        for (var i = 0; i < 9; i++)
        {
            _circuit.Succeed().Wait(Step);
        }

        _circuit.Run("SRSRFRSRSRF").Is(HalfOpen);

        Assert.Equal(0.5, _circuit.Snapshot.AdmittedShare);
    }

    [Fact]
    public void Failures_at_the_first_step_open()
    {
        Recover().Fail().Is(Open);

        Assert.Equal(CircuitTransitionReason.RecoveryFailed, _circuit.LastChange.Reason);
        Assert.Equal(60, _circuit.BreakSeconds);
    }

    [Fact]
    public void When_the_host_falls_its_calls_in_flight_lead_back_to_the_next_break_at_once()
    {
        Recover();
        for (var i = 0; i < 3; i++)
        {
            _circuit.Succeed().Wait(Step);
        }

        var calls = new List<CircuitCall>();
        while (calls.Count < 4)
        {
            if (_circuit.TryStart(out var call) == Admission.Admitted)
            {
                calls.Add(call);
            }
        }

        calls.ForEach(call => call.Fail());

        _circuit.Is(Open);
    }

    [Fact]
    public void A_body_that_breaks_is_a_failure_of_the_step()
    {
        Recover().Start().EndInBody(CircuitOutcome.Failure);

        _circuit.Is(Open);
        Assert.Equal((1, 1), (_circuit.LastChange.Total, _circuit.LastChange.Failed));
        Assert.Equal(5, _circuit.Snapshot.TotalFailed);
    }

    [Fact]
    public void A_body_that_breaks_counts_in_the_step_in_which_it_does()
    {
        var call = Recover().Start();
        call.EndHeaders();
        _circuit.Wait(Step).Start();
        Assert.Equal(1 / 512.0, _circuit.Snapshot.AdmittedShare);

        call.EndBody(CircuitOutcome.Failure);

        Assert.Equal(1 / 1_024.0, _circuit.Snapshot.AdmittedShare);
    }

    [Fact]
    public void A_call_of_the_recovery_that_ends_after_it_is_no_evidence()
    {
        Recover();
        var late = _circuit.Start();
        _circuit.Reset();

        late.Fail();

        _circuit.Is(Closed);
        Assert.Equal(0, _circuit.Snapshot.Failed);
        Assert.Equal(5, _circuit.Snapshot.TotalFailed);
    }

    [Fact]
    public void Never_means_that_the_probes_close() => new CircuitHarness().OpenUntilProbe().Succeed().Is(Closed);

    [Fact]
    public void A_Retry_After_that_opens_opens_from_any_step()
    {
        var circuit = new CircuitHarness(s => s with { RecoveryRamp = RecoveryRamp.Always, RetryAfterHandling = RetryAfterHandling.Open });
        circuit.OpenUntilProbe().Succeed().Succeed().Wait(10).Succeed().Wait(10).Fail(retryAfter: 45_000).Is(Open);

        Assert.Equal(CircuitTransitionReason.RetryAfter, circuit.LastChange.Reason);
    }

    [Fact]
    public void Under_many_threads_a_step_admits_its_share()
    {
        Recover();
        var admitted = 0;

        CircuitThreads.RunTogether(8, thread =>
        {
            for (var i = 0; i < 1_024; i++)
            {
                if (_circuit.TryStart(out _) == Admission.Admitted)
                {
                    Interlocked.Increment(ref admitted);
                }
            }
        });

        Assert.Equal(8, admitted);
        Assert.Equal(8, _circuit.Snapshot.InFlight);
    }

    private CircuitHarness Recover() => _circuit.OpenUntilProbe().Succeed().Is(HalfOpen);
}
