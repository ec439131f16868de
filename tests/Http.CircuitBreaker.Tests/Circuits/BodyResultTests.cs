using Http.CircuitBreaker.Circuits;
using Http.CircuitBreaker.Tests.Support;
using static Http.CircuitBreaker.CircuitState;

namespace Http.CircuitBreaker.Tests.Circuits;

/// <summary>A call that succeeded up to its headers, and then its body ends.</summary>
public sealed class BodyResultTests
{
    private static readonly CallResult _headers = CallResult.Success with { IsBodyPending = true };
    private readonly CircuitHarness _circuit = new(s => s with { BreakDuration = 20_000, ProbeTimeout = 30_000 });

    [Fact]
    public void A_failure_in_the_body_is_evidence_like_any_other()
    {
        FailInBody(3);
        _circuit.Is(Closed);

        FailInBody(1);

        _circuit.Is(Open);
        Assert.Equal(("response_ended", 0, 4), (_circuit.LastChange.FailureReason, _circuit.Snapshot.TotalSucceeded, _circuit.Snapshot.TotalFailed));
        Assert.Equal("response_ended", _circuit.Snapshot.LastFailureReason);
    }

    [Fact]
    public void It_belongs_to_the_moment_of_the_bodys_end()
    {
        var permit = AdmitUpToItsBody();
        _circuit.Wait(5);
        permit.Record(CallResult.Failure("response_ended") with { IsBody = true }, _circuit.Now);
        _circuit.Wait(4.5).Succeed();

        Assert.Equal(1, _circuit.Wait(4.4).Snapshot.Failed);
        Assert.Equal(0, _circuit.Wait(1.2).Snapshot.Failed);
    }

    [Fact]
    public void Good_headers_end_a_run_of_failures_before_headers()
    {
        var circuit = new CircuitHarness(s => s with { ConsecutiveFailures = 3, MinimumThroughput = 100 });
        circuit.Fail(2);
        circuit.Start().EndHeaders();
        circuit.Fail(2).Is(Closed);

        circuit.Fail().Is(Open);
    }

    [Fact]
    public void A_whole_body_ends_a_run_of_body_failures_and_good_headers_do_not()
    {
        var circuit = new CircuitHarness(s => s with { ConsecutiveFailures = 3, MinimumThroughput = 100 });
        circuit.Start().EndInBody(CircuitOutcome.Failure);
        circuit.Start().EndInBody(CircuitOutcome.Failure);
        circuit.Start().EndInBody(CircuitOutcome.Success);
        circuit.Start().EndInBody(CircuitOutcome.Failure);
        circuit.Start().EndInBody(CircuitOutcome.Failure);
        circuit.Start().EndHeaders();
        circuit.Is(Closed);

        circuit.Start().EndInBody(CircuitOutcome.Failure);

        circuit.Is(Open);
    }

    [Fact]
    public void A_body_that_fails_when_its_phase_is_over_moves_its_call_in_the_totals_and_is_no_evidence()
    {
        var permit = AdmitUpToItsBody();
        _circuit.Reset();
        Assert.Equal((1, 0), (_circuit.Snapshot.TotalSucceeded, _circuit.Snapshot.TotalFailed));

        permit.Record(CallResult.Failure("response_ended") with { IsBody = true }, _circuit.Now);

        Assert.Equal((0, 1, 0), (_circuit.Snapshot.TotalSucceeded, _circuit.Snapshot.TotalFailed, _circuit.Snapshot.Failed));
    }

    [Fact]
    public void A_body_that_ends_well_when_its_phase_is_over_changes_nothing()
    {
        var permit = AdmitUpToItsBody();
        _circuit.Reset();

        permit.Record(CallResult.Success with { IsBody = true }, _circuit.Now);

        Assert.Equal((1, 0), (_circuit.Snapshot.TotalSucceeded, _circuit.Snapshot.TotalFailed));
    }

    [Theory]
    [InlineData(CircuitOutcome.Success, Closed)]
    [InlineData(CircuitOutcome.Failure, Open)]
    public void A_probe_is_classified_by_its_body(CircuitOutcome outcome, CircuitState expected)
    {
        _circuit.OpenUntilProbe();
        var permit = AdmitUpToItsBody();
        _circuit.Is(HalfOpen).Reject();

        permit.Record((outcome == CircuitOutcome.Failure ? CallResult.Failure("response_ended") : CallResult.Success) with { IsBody = true }, _circuit.Now);

        _circuit.Is(expected);
    }

    [Theory]
    [InlineData(30_000, 20)]
    [InlineData(15_000, 15)]
    public void The_body_of_a_probe_has_as_long_as_a_break_or_the_lease_whichever_is_less_and_is_a_success_then(long lease, double seconds)
    {
        var circuit = new CircuitHarness(s => s with { BreakDuration = 20_000, ProbeTimeout = lease }).OpenUntilProbe();
        var permit = circuit.StartPermit();
        circuit.Wait(10);
        permit.Record(in _headers, circuit.Now);

        circuit.Wait(seconds - 0.001).Reject().Is(HalfOpen);
        circuit.Wait(0.001).Start();

        circuit.Is(Closed);
        Assert.Equal(CircuitTransitionReason.ProbesSucceeded, circuit.LastChange.Reason);
        Assert.Equal(10 + seconds, circuit.LastChange.PreviousDuration.TotalSeconds);
        Assert.Equal((1, 0), (circuit.LastChange.Total, circuit.LastChange.Failed));
    }

    [Theory]
    [InlineData(CircuitOutcome.Success, 1, 0)]
    [InlineData(CircuitOutcome.Failure, 0, 1)]
    public void The_body_of_a_call_that_was_only_observed_is_accounted(CircuitOutcome outcome, long succeeded, long failed)
    {
        var circuit = new CircuitHarness(s => s with { Mode = CircuitBreakerMode.Observe });
        circuit.Isolate();
        var permit = circuit.StartPermit();
        permit.Record(in _headers, circuit.Now);

        permit.Record((outcome == CircuitOutcome.Failure ? CallResult.Failure("response_ended") : CallResult.Success) with { IsBody = true }, circuit.Now);

        var snapshot = circuit.Snapshot;
        Assert.Equal((succeeded, failed, 1, Isolated), (snapshot.TotalSucceeded, snapshot.TotalFailed, snapshot.WouldHaveRejected, snapshot.State));
    }

    private void FailInBody(int times)
    {
        for (var i = 0; i < times; i++)
        {
            _circuit.Start().EndInBody(CircuitOutcome.Failure);
        }
    }

    private Permit AdmitUpToItsBody()
    {
        var permit = _circuit.StartPermit();
        permit.Record(in _headers, _circuit.Now);
        return permit;
    }
}
