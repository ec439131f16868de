using Http.CircuitBreaker.Redis.Backplane;
using Http.CircuitBreaker.Redis.Protocol;

namespace Http.CircuitBreaker.Redis.Tests.Backplane;

/// <summary>What an instance reports, and which records it applies.</summary>
public sealed class SharedCircuitTests
{
    private static readonly CircuitKey _key = CircuitKey.FromName("c", "n");
    private readonly SharedCircuit _circuit = new(_key, now: 0);
    private readonly ServerClock _clock = new();

    public SharedCircuitTests() => _clock.Observe(1000, now: 0, isNewServer: false);

    [Fact]
    public void Remote_state_is_not_applied_until_the_report_of_a_local_change_is_answered()
    {
        Change(CircuitState.Open, CircuitTransitionReason.FailureRatio, now: 100);
        _circuit.OnRecord(Record(BackplaneState.Closed, version: 1, at: 5000), now: 0);
        Assert.Null(_circuit.Decide(200, _clock));

        var report = _circuit.CreateReport(200, _clock)!;
        _circuit.OnReported(report, new CommandReply(CommandAnswer.Stale, "g", 1200, 0, null));

        Assert.Equal(new RemoteAction(RemoteActionKind.Close, 2), _circuit.Decide(200, _clock));
    }

    [Fact]
    public void Newer_local_change_is_reported_after_the_report_of_the_older_change_is_answered()
    {
        Change(CircuitState.Open, CircuitTransitionReason.FailureRatio, now: 100);
        var first = _circuit.CreateReport(100, _clock)!;
        Change(CircuitState.Closed, CircuitTransitionReason.ProbesSucceeded, now: 200, epoch: 4);

        var opening = Record(BackplaneState.Open, version: 1, at: 1150);
        _circuit.OnReported(first, new CommandReply(CommandAnswer.Accepted, "g", 1200, 0, opening));

        Assert.True(_circuit.TryQueueReport());
        var second = _circuit.CreateReport(300, _clock)!;
        Assert.Equal((ReportKind.Closed, 1200L), (second.Kind, second.Since));
    }

    [Fact]
    public void Reset_in_the_same_millisecond_as_the_reported_isolation_has_a_later_time()
    {
        Change(CircuitState.Isolated, CircuitTransitionReason.Isolated, now: 100);
        var isolation = _circuit.CreateReport(100, _clock)!;
        Change(CircuitState.Closed, CircuitTransitionReason.Reset, now: 100, epoch: 3);

        var isolated = Record(BackplaneState.Isolated, version: 1, at: isolation.Since);
        _circuit.OnReported(isolation, new CommandReply(CommandAnswer.Accepted, "g", 1100, 0, isolated));

        var reset = _circuit.CreateReport(100, _clock)!;
        Assert.Equal((ReportKind.Reset, isolation.Since + 1), (reset.Kind, reset.Since));
    }

    [Fact]
    public void Remote_closing_does_not_close_a_circuit_that_opened_after_it()
    {
        Change(CircuitState.Open, CircuitTransitionReason.FailureRatio, now: 100);
        _circuit.OnReported(_circuit.CreateReport(100, _clock)!, new CommandReply(CommandAnswer.Accepted, "g", 1100, 0, null));

        _circuit.OnRecord(Record(BackplaneState.Closed, version: 2, at: 1099), now: 0);

        Assert.Null(_circuit.Decide(200, _clock));
    }

    [Fact]
    public void Change_made_by_another_instance_is_not_reported_back_to_Redis()
    {
        _circuit.OnRecord(Record(BackplaneState.Open, version: 1, at: 1000, until: 9000), now: 0);
        var opening = new RemoteOpening(TimeSpan.FromMilliseconds(7900), 3, "why");
        Assert.Equal(new RemoteAction(RemoteActionKind.Open, 1, opening), _circuit.Decide(100, _clock));

        Change(CircuitState.Open, CircuitTransitionReason.Remote, now: 100);

        Assert.False(_circuit.TryQueueReport());
        Assert.Null(_circuit.CreateReport(100, _clock));
    }

    [Fact]
    public void Redis_records_with_the_same_or_an_older_version_are_ignored()
    {
        _circuit.OnRecord(Record(BackplaneState.Closed, version: 2, at: 1050), now: 0);
        _circuit.Decide(100, _clock);

        _circuit.OnRecord(Record(BackplaneState.Open, version: 1, at: 1000, until: 9000), now: 0);
        _circuit.OnRecord(Record(BackplaneState.Closed, version: 2, at: 1050), now: 0);

        Assert.Null(_circuit.Decide(100, _clock));
    }

    [Fact]
    public void Redis_record_is_not_applied_until_the_time_of_the_server_is_known()
    {
        _circuit.OnRecord(Record(BackplaneState.Open, version: 1, at: 1000, until: 9000), now: 0);

        Assert.Null(_circuit.Decide(100, new ServerClock()));
    }

    [Fact]
    public void Opening_of_a_circuit_is_not_reported_to_Redis_after_its_break_has_ended()
    {
        Change(CircuitState.Open, CircuitTransitionReason.FailureRatio, now: 100);

        Assert.Null(_circuit.CreateReport(10_101, _clock));
        Assert.False(_circuit.TryQueueReport());
    }

    [Fact]
    public void Circuit_that_has_not_changed_for_a_long_time_can_be_removed()
    {
        Change(CircuitState.Open, CircuitTransitionReason.Remote, now: 100);

        Assert.False(_circuit.TryRemove(_clock, now: 700, age: 600));
        Assert.True(_circuit.TryRemove(_clock, now: 701, age: 600));
    }

    private void Change(CircuitState state, CircuitTransitionReason reason, long now, int epoch = 2)
    {
        var change = new CircuitStateChange
        {
            Key = _key,
            PreviousState = CircuitState.Closed,
            State = state,
            Reason = reason,
            Epoch = epoch,
            PreviousDuration = TimeSpan.Zero,
            BreakDuration = state == CircuitState.Open ? TimeSpan.FromSeconds(10) : null,
        };
        Assert.True(_circuit.TryChange(change, now));
    }

    private static BackplaneRecord Record(BackplaneState state, long version, long at = 0, long until = 0) =>
        new(_key, version, state, at, until, Instances: 3, FailureReason: "why");
}
