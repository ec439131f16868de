using Http.CircuitBreaker.Circuits;
using Http.CircuitBreaker.Tests.Support;
using static Http.CircuitBreaker.CircuitState;

namespace Http.CircuitBreaker.Tests.Circuits;

/// <summary>Results of bodies whose response headers were a success.</summary>
public sealed class BodyResultTests
{
    private static readonly CallResult _headers = CallResult.Success with { IsBodyPending = true };
    private readonly CircuitHarness _circuit = new(s => s with { BreakDuration = 20_000, ProbeTimeout = 30_000 });

    [Fact]
    public void Body_failures_open_the_circuit()
    {
        FailInBody(3);
        _circuit.Is(Closed);

        FailInBody(1);

        _circuit.Is(Open);
        Assert.Equal(("response_ended", 0, 4), (_circuit.LastChange.FailureReason, _circuit.Snapshot.TotalSucceeded, _circuit.Snapshot.TotalFailed));
        Assert.Equal("response_ended", _circuit.Snapshot.LastFailureReason);
    }

    [Fact]
    public void Body_failure_is_counted_at_the_time_when_the_body_ends()
    {
        var permit = StartCallWithPendingBody();
        _circuit.Wait(5);
        permit.Record(CallResult.Failure("response_ended") with { IsBody = true }, _circuit.Now);
        _circuit.Wait(4.5).Succeed();

        Assert.Equal(1, _circuit.Wait(4.4).Snapshot.Failed);
        Assert.Equal(0, _circuit.Wait(1.2).Snapshot.Failed);
    }

    [Fact]
    public void Successful_response_headers_reset_the_count_of_consecutive_header_failures()
    {
        var circuit = new CircuitHarness(s => s with { ConsecutiveFailures = 3, MinimumThroughput = 100 });
        circuit.Fail(2);
        circuit.Start().EndHeaders();
        circuit.Fail(2).Is(Closed);

        circuit.Fail().Is(Open);
    }

    [Fact]
    public void Only_a_complete_body_resets_the_count_of_consecutive_body_failures()
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
    public void Body_that_fails_after_a_reset_changes_the_totals_but_not_the_window()
    {
        var permit = StartCallWithPendingBody();
        _circuit.Reset();
        Assert.Equal((1, 0), (_circuit.Snapshot.TotalSucceeded, _circuit.Snapshot.TotalFailed));

        permit.Record(CallResult.Failure("response_ended") with { IsBody = true }, _circuit.Now);

        Assert.Equal((0, 1, 0), (_circuit.Snapshot.TotalSucceeded, _circuit.Snapshot.TotalFailed, _circuit.Snapshot.Failed));
    }

    [Fact]
    public void Body_that_ends_successfully_after_a_reset_does_not_change_the_totals()
    {
        var permit = StartCallWithPendingBody();
        _circuit.Reset();

        permit.Record(CallResult.Success with { IsBody = true }, _circuit.Now);

        Assert.Equal((1, 0), (_circuit.Snapshot.TotalSucceeded, _circuit.Snapshot.TotalFailed));
    }

    [Theory]
    [InlineData(CircuitOutcome.Success, Closed)]
    [InlineData(CircuitOutcome.Failure, Open)]
    public void Result_of_the_response_body_determines_the_result_of_the_probe(CircuitOutcome outcome, CircuitState expected)
    {
        _circuit.OpenUntilProbe();
        var permit = StartCallWithPendingBody();
        _circuit.Is(HalfOpen).Reject();

        permit.Record((outcome == CircuitOutcome.Failure ? CallResult.Failure("response_ended") : CallResult.Success) with { IsBody = true }, _circuit.Now);

        _circuit.Is(expected);
    }

    [Theory]
    [InlineData(30_000, 20_000, 1)]
    [InlineData(30_000, 400, 0.4)]
    [InlineData(200, 20_000, 0.2)]
    public void Probe_with_an_unfinished_body_succeeds_after_the_shortest_of_1_s_ProbeTimeout_and_BreakDuration(
        long lease, long breakDuration, double seconds)
    {
        var circuit = new CircuitHarness(s => s with { BreakDuration = breakDuration, ProbeTimeout = lease }).OpenUntilProbe();
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
    public void Body_result_of_a_call_sent_only_in_Observe_mode_is_included_in_the_totals(
        CircuitOutcome outcome, long succeeded, long failed)
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

    private Permit StartCallWithPendingBody()
    {
        var permit = _circuit.StartPermit();
        permit.Record(in _headers, _circuit.Now);
        return permit;
    }
}
