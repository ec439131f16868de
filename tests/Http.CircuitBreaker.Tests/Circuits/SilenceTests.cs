using Http.CircuitBreaker.Circuits;
using Http.CircuitBreaker.Tests.Support;
using static Http.CircuitBreaker.CircuitState;

namespace Http.CircuitBreaker.Tests.Circuits;

/// <summary>A host that stops answering opens its circuit, without a timeout.</summary>
public sealed class SilenceTests
{
    private readonly CircuitHarness _circuit = new(s => s with
    {
        UnresponsiveDetection = UnresponsiveDetection.Silence, MinimumThroughput = 10, BreakDuration = 1_000, MaxBreakDuration = 1_000,
    });

    [Fact]
    public void Circuit_opens_3_to_4_seconds_after_the_last_answer_of_a_hanging_host()
    {
        AnswerCalls(20, after: 0.05);

        var opened = HangUntilOpen(callsPerSecond: 25, limit: 10);

        Assert.InRange(opened, 3, 4);
        Assert.Equal(CircuitTransitionReason.Unresponsive, _circuit.LastChange.Reason);
        Assert.Equal("unresponsive", _circuit.LastChange.FailureReason);
        Assert.InRange(_circuit.LastChange.Overdue, 10, 100);
    }

    [Fact]
    public void Host_that_has_never_answered_is_not_treated_as_unresponsive()
    {
        Assert.True(double.IsNaN(HangUntilOpen(callsPerSecond: 25, limit: 60)));
        _circuit.Is(Closed);
    }

    [Fact]
    public void Circuit_stays_closed_while_some_calls_are_answered()
    {
        AnswerCalls(20, after: 0.05);
        for (var i = 0; i < 1_000; i++)
        {
            var call = _circuit.Wait(0.04).Start();
            if (i % 3 == 0)
            {
                call.Answer();
            }
        }

        _circuit.Is(Closed);
    }

    [Fact]
    public void Unresponsive_detection_can_be_turned_off()
    {
        _circuit.Apply(s => s with { UnresponsiveDetection = UnresponsiveDetection.Off });
        AnswerCalls(20, after: 0.05);

        Assert.True(double.IsNaN(HangUntilOpen(callsPerSecond: 25, limit: 60)));
    }

    [Fact]
    public void Slow_responses_extend_the_time_before_a_hanging_host_opens_the_circuit()
    {
        AnswerCalls(20, after: 5);

        Assert.InRange(HangUntilOpen(callsPerSecond: 25, limit: 60), 15, 16);
    }

    [Fact]
    public void Extension_of_the_time_before_a_hanging_host_opens_the_circuit_is_halved_every_hour()
    {
        AnswerCalls(20, after: 8);
        for (var hour = 1; hour <= 2; hour++)
        {
            _circuit.Wait(3_600);
            AnswerCalls(20, after: 0.05);
        }

        Assert.InRange(HangUntilOpen(callsPerSecond: 25, limit: 60), 6, 7);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(0.5)]
    public void Calls_canceled_after_a_long_wait_count_as_unanswered(double after)
    {
        AnswerCalls(20, after: 0.05);
        var waiting = new Queue<(CircuitCall Call, double Start)>();

        var opened = CallUntilOpen(callsPerSecond: 25, limit: 10, (call, time) =>
        {
            waiting.Enqueue((call, time));
            while (time - waiting.Peek().Start >= after)
            {
                waiting.Dequeue().Call.Cancel();
            }
        });

        Assert.InRange(opened, 3, 4);
    }

    [Fact]
    public void Calls_canceled_early_do_not_count_as_unanswered()
    {
        AnswerCalls(20, after: 0.05);

        Assert.True(double.IsNaN(CallUntilOpen(callsPerSecond: 25, limit: 60, (call, _) => call.Cancel())));
    }

    [Fact]
    public void Failed_calls_do_not_count_as_unanswered()
    {
        _circuit.Apply(s => s with { FailureRatio = 1 });
        AnswerCalls(20, after: 0.05);

        Assert.True(double.IsNaN(CallUntilOpen(callsPerSecond: 25, limit: 9, (call, _) => call.Fail("connection_error"))));
    }

    [Fact]
    public void Calls_that_would_have_been_rejected_do_not_count_as_unanswered()
    {
        _circuit.Apply(s => s with { Mode = CircuitBreakerMode.Observe, MinimumThroughput = 4 });
        _circuit.Fail(4).Is(Open);

        _circuit.Start().Answer();
        _circuit.Start();

        Assert.Equal(0, _circuit.Circuit.Counters.Silence.Unanswered(_circuit.Circuit.Counters.InFlight));
    }

    [Fact]
    public void Burst_of_calls_does_not_open_the_circuit()
    {
        AnswerCalls(20, after: 0.05);
        _circuit.Start(200);

        _circuit.Wait(20).Start();
        _circuit.Wait(20).Start();

        _circuit.Is(Closed);
    }

    [Fact]
    public void Suspending_the_process_does_not_open_the_circuit()
    {
        AnswerCalls(20, after: 0.05);
        for (var round = 0; round < 20; round++)
        {
            var calls = _circuit.Start(50);
            for (var suspension = 0; suspension < 5; suspension++)
            {
                _circuit.Wait(5).Start();
            }

            Array.ForEach(calls, call => call.Answer());
        }

        _circuit.Is(Closed);
    }

    [Fact]
    public void Circuit_stays_closed_if_only_long_polling_calls_continue()
    {
        AnswerCalls(20, after: 0.05);
        AnswerCalls(12, after: 30);
        for (var i = 0; i < 100; i++)
        {
            var polls = new List<CircuitCall>();
            for (var second = 0; second < 30; second++)
            {
                polls.Add(_circuit.Wait(1).Start());
            }

            polls.ForEach(poll => poll.Answer());
        }

        _circuit.Is(Closed);
    }

    [Fact]
    public void Calls_without_a_time_limit_do_not_count_as_unanswered()
    {
        AnswerCalls(20, after: 0.05);
        for (var i = 0; i < 1_000; i++)
        {
            Assert.Equal(Admission.Admitted, _circuit.Wait(0.04).Circuit.TryAdmit(_circuit.Now, out _, isUntimed: true));
        }

        _circuit.Is(Closed);
    }

    [Fact]
    public void Calls_without_a_time_limit_do_not_hide_a_hanging_host()
    {
        AnswerCalls(20, after: 0.05);
        for (var i = 0; i < 100; i++)
        {
            _circuit.Circuit.TryAdmit(_circuit.Now, out var permit, isUntimed: true);
            permit.Record(CallResult.Success with { IsAnswer = true }, _circuit.Now);
        }

        Assert.InRange(HangUntilOpen(callsPerSecond: 25, limit: 10), 3, 4);
    }

    [Fact]
    public void Late_answer_closes_a_circuit_that_opened_because_the_host_was_unresponsive()
    {
        AnswerCalls(20, after: 0.05);
        var early = _circuit.Start();
        HangUntilOpen(callsPerSecond: 25, limit: 10);

        early.Answer();

        _circuit.Is(Closed);
        Assert.Equal(CircuitTransitionReason.HostAnswered, _circuit.LastChange.Reason);
    }

    [Fact]
    public void Host_that_hangs_again_for_the_same_time_does_not_open_the_circuit()
    {
        AnswerCalls(20, after: 0.05);
        var early = _circuit.Start();
        HangUntilOpen(callsPerSecond: 25, limit: 10);
        early.Answer();
        AnswerCalls(20, after: 0.05);

        Assert.True(double.IsNaN(HangUntilOpen(callsPerSecond: 25, limit: 3.5)));
    }

    [Fact]
    public void Late_answer_does_not_close_a_circuit_that_opened_because_of_failures()
    {
        AnswerCalls(20, after: 0.05);
        var early = _circuit.Start();
        _circuit.Fail(20);

        early.Answer();

        _circuit.Is(Open);
    }

    [Fact]
    public void Answer_to_a_call_that_would_have_been_rejected_does_not_close_the_circuit()
    {
        _circuit.Apply(s => s with { Mode = CircuitBreakerMode.Observe });
        AnswerCalls(20, after: 0.05);
        while (_circuit.State == Closed)
        {
            _circuit.Wait(0.04).Start();
        }

        _circuit.Start().Answer();

        _circuit.Is(Open);
    }

    [Fact]
    public void Late_failure_does_not_close_a_circuit_that_opened_because_the_host_was_unresponsive()
    {
        AnswerCalls(20, after: 0.05);
        var early = _circuit.Start();
        HangUntilOpen(callsPerSecond: 25, limit: 10);

        early.Fail();

        _circuit.Is(Open);
    }

    [Fact]
    public void Probe_without_an_answer_fails_after_3_seconds()
    {
        AnswerCalls(20, after: 0.05);
        HangUntilOpen(callsPerSecond: 25, limit: 10);

        var probe = _circuit.WaitForBreakEnd().Start();
        _circuit.Wait(2.999).Reject().Is(HalfOpen);
        _circuit.Wait(0.001).Reject().Is(Open);

        Assert.Equal(CircuitTransitionReason.ProbeTimeout, _circuit.LastChange.Reason);
        probe.Answer();
        _circuit.Is(Closed);
    }

    [Fact]
    public void Calls_that_hang_since_before_the_last_outage_do_not_count_as_unanswered()
    {
        AnswerCalls(20, after: 0.05);
        HangUntilOpen(callsPerSecond: 25, limit: 10);
        _circuit.WaitForBreakEnd().Start().Answer();

        // Fewer calls than the minimum throughput wait, beside those that hang since before the opening.
        _circuit.Is(Closed).Start(5);
        for (var i = 0; i < 50; i++)
        {
            _circuit.Wait(0.2).Start().Cancel();
        }

        _circuit.Is(Closed);
    }

    private void AnswerCalls(int count, double after)
    {
        var calls = _circuit.Start(count);
        _circuit.Wait(after);
        Array.ForEach(calls, call => call.Answer());
    }

    private double HangUntilOpen(int callsPerSecond, double limit) => CallUntilOpen(callsPerSecond, limit, (_, _) => { });

    // Returns the seconds until the circuit opened, or NaN if it did not.
    private double CallUntilOpen(int callsPerSecond, double limit, Action<CircuitCall, double> onStart)
    {
        for (var i = 1; i <= limit * callsPerSecond; i++)
        {
            if (_circuit.Wait(1.0 / callsPerSecond).TryStart(out var call) == Admission.Rejected)
            {
                return (double)i / callsPerSecond;
            }

            onStart(call, (double)i / callsPerSecond);
        }

        return double.NaN;
    }
}
