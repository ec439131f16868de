using Http.CircuitBreaker.Tests.Support;
using static Http.CircuitBreaker.CircuitState;

namespace Http.CircuitBreaker.Tests.Circuits;

public sealed class EventsTests
{
    private readonly CircuitHarness _circuit = new();

    [Fact]
    public void Opening_event_contains_the_call_counts_and_the_reason()
    {
        _circuit.Succeed(2).Wait(3).Fail(2);

        var change = Assert.Single(_circuit.Changes);
        Assert.Equal(
            new CircuitStateChange
            {
                Key = CircuitHarness.Key,
                PreviousState = Closed,
                State = Open,
                Reason = CircuitTransitionReason.FailureRatio,
                Epoch = 2,
                PreviousDuration = TimeSpan.FromSeconds(3),
                BreakDuration = TimeSpan.FromSeconds(30),
                Total = 4,
                Failed = 2,
                FailureReason = "500",
                ConsecutiveOpenings = 1,
            },
            change);
    }

    [Fact]
    public void Each_state_change_raises_one_event_in_order()
    {
        _circuit.OpenUntilProbe().Fail().WaitForBreakEnd().Succeed().Isolate().Reset();

        Assert.Equal([Open, HalfOpen, Open, HalfOpen, Closed, Isolated, Closed], _circuit.Changes.Select(change => change.State));
        Assert.Equal([2, 3, 4, 5, 6, 7, 8], _circuit.Changes.Select(change => change.Epoch));
        Assert.Equal(_circuit.Changes.SkipLast(1).Select(change => change.State), _circuit.Changes.Skip(1).Select(change => change.PreviousState));
    }

    [Fact]
    public void ConsecutiveOpenings_is_zero_after_closing()
    {
        _circuit.OpenUntilProbe().Fail().WaitForBreakEnd().Succeed();

        var openings = _circuit.Changes.Where(change => change.State is Open or Closed).Select(change => (change.State, change.ConsecutiveOpenings));
        Assert.Equal([(Open, 1), (Open, 2), (Closed, 0)], openings);
    }

    [Fact]
    public void Rejected_calls_do_not_raise_events()
    {
        _circuit.Fail(4).Reject(1_000);

        Assert.Single(_circuit.Changes);
    }

    [Fact]
    public void Reset_by_an_observer_raises_the_next_event()
    {
        _circuit.Observer = change =>
        {
            if (change.State == Open)
            {
                _circuit.Reset();
            }
        };

        _circuit.Fail(4).Is(Closed).Fail(4);

        Assert.Equal([Open, Closed, Open, Closed], _circuit.Changes.Select(change => change.State));
    }

    [Fact]
    public void Observer_is_called_outside_the_lock()
    {
        var isFree = false;
        _circuit.Observer = _ =>
        {
            // Another thread would block if the lock were held during this callback.
            var thread = new Thread(() => isFree = _circuit.Snapshot.State == Open);
            thread.Start();
            thread.Join();
        };

        _circuit.Fail(4);

        Assert.True(isFree);
    }

    [Fact]
    public void Throwing_observer_does_not_block_the_next_event()
    {
        _circuit.Observer = _ => throw new InvalidOperationException();
        Assert.Throws<InvalidOperationException>(() => _circuit.Fail(4));
        _circuit.Observer = null;

        _circuit.Reset();

        Assert.Equal([Open, Closed], _circuit.Changes.Select(change => change.State));
    }

    [Fact]
    public void Last_failure_reason_is_kept_while_open()
    {
        _circuit.Fail(3).Start().Fail("grpc_14");

        Assert.Equal("grpc_14", _circuit.Snapshot.LastFailureReason);
        Assert.Equal("grpc_14", _circuit.LastChange.FailureReason);
    }
}
