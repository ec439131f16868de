using Http.CircuitBreaker.Redis.Backplane;
using Http.CircuitBreaker.Redis.Protocol;

namespace Http.CircuitBreaker.Redis.Tests.Backplane;

/// <summary>What an instance makes of a record, given what it did itself.</summary>
public sealed class SharedCircuitTests
{
    private static readonly CircuitKey _key = CircuitKey.FromName("c", "n");
    private readonly SharedCircuit _circuit = new(_key, now: 0);
    private readonly ServerClock _clock = new();

    public SharedCircuitTests() => _clock.Observe(1000, now: 0, isAnother: false);

    [Fact]
    public void As_long_as_its_own_change_is_not_answered_it_follows_nobody()
    {
        Change(CircuitState.Open, CircuitTransitionReason.FailureRatio, now: 100);
        _circuit.Hear(Record(BackplaneState.Closed, version: 1, at: 5000));
        Assert.Null(_circuit.Decide(200, _clock));

        var report = _circuit.Report(200, _clock, sequence: 1)!;
        _circuit.Reported(report, new BackplaneReply(BackplaneAnswer.Stale, "g", 1200, 0, null));

        Assert.Equal(new RemoteAction.Close(2), _circuit.Decide(200, _clock));
    }

    [Fact]
    public void A_newer_change_needs_an_answer_of_its_own()
    {
        Change(CircuitState.Open, CircuitTransitionReason.FailureRatio, now: 100);
        var first = _circuit.Report(100, _clock, sequence: 1)!;
        Change(CircuitState.Closed, CircuitTransitionReason.ProbesSucceeded, now: 200, epoch: 4);

        _circuit.Reported(first, new BackplaneReply(BackplaneAnswer.Accepted, "g", 1200, 0, Record(BackplaneState.Open, version: 1, at: 1150)));

        Assert.True(_circuit.TryQueue());
        Assert.Equal((ReportKind.Closed, 1200L), (_circuit.Report(300, _clock, 2)!.Kind, _circuit.Report(300, _clock, 2)!.Since));
    }

    [Fact]
    public void An_older_close_does_not_close_what_opened_later()
    {
        Change(CircuitState.Open, CircuitTransitionReason.FailureRatio, now: 100);
        _circuit.Reported(_circuit.Report(100, _clock, sequence: 1)!, new BackplaneReply(BackplaneAnswer.Accepted, "g", 1100, 0, null));

        _circuit.Hear(Record(BackplaneState.Closed, version: 2, at: 1099));

        Assert.Null(_circuit.Decide(200, _clock));
    }

    [Fact]
    public void A_remote_change_is_not_reported()
    {
        _circuit.Hear(Record(BackplaneState.Open, version: 1, at: 1000, until: 9000));
        Assert.Equal(new RemoteAction.Open(1, new RemoteOpening(TimeSpan.FromMilliseconds(7900), 3, "why")), _circuit.Decide(100, _clock));

        Change(CircuitState.Open, CircuitTransitionReason.Remote, now: 100);

        Assert.False(_circuit.TryQueue());
        Assert.Null(_circuit.Report(100, _clock, sequence: 1));
    }

    [Fact]
    public void An_older_or_repeated_record_is_not_heard()
    {
        _circuit.Hear(Record(BackplaneState.Closed, version: 2, at: 1050));
        _circuit.Decide(100, _clock);

        _circuit.Hear(Record(BackplaneState.Open, version: 1, at: 1000, until: 9000));
        _circuit.Hear(Record(BackplaneState.Closed, version: 2, at: 1050));

        Assert.Null(_circuit.Decide(100, _clock));
    }

    [Fact]
    public void Before_the_servers_time_is_known_nothing_is_followed()
    {
        _circuit.Hear(Record(BackplaneState.Open, version: 1, at: 1000, until: 9000));

        Assert.Null(_circuit.Decide(100, new ServerClock()));
    }

    [Fact]
    public void What_has_run_out_is_not_reported_any_more()
    {
        Change(CircuitState.Open, CircuitTransitionReason.FailureRatio, now: 100);

        Assert.Null(_circuit.Report(10_101, _clock, sequence: 1));
        Assert.False(_circuit.TryQueue());
    }

    private void Change(CircuitState state, CircuitTransitionReason reason, long now, int epoch = 2) => Assert.True(_circuit.TryChange(
        new CircuitStateChange
        {
            Key = _key,
            PreviousState = CircuitState.Closed,
            State = state,
            Reason = reason,
            Epoch = epoch,
            PreviousDuration = TimeSpan.Zero,
            BreakDuration = state == CircuitState.Open ? TimeSpan.FromSeconds(10) : null,
        },
        now,
        out _));

    private static BackplaneRecord Record(BackplaneState state, long version, long at = 0, long until = 0) =>
        new() { Key = _key, Version = version, State = state, At = at, Until = until, Instances = 3, Reason = "why" };
}
