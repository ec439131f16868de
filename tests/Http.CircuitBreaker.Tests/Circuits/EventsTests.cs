using Http.CircuitBreaker.Tests.Support;
using static Http.CircuitBreaker.CircuitState;

namespace Http.CircuitBreaker.Tests.Circuits;

public sealed class EventsTests
{
    private readonly CircuitHarness _circuit = new();

    [Fact]
    public void An_opening_says_what_it_was_made_from()
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
    public void A_round_trip_tells_each_change_once_in_order()
    {
        _circuit.OpenUntilProbe().Fail().WaitForBreakEnd().Succeed().Isolate().Reset();

        Assert.Equal([Open, HalfOpen, Open, HalfOpen, Closed, Isolated, Closed], _circuit.Changes.Select(change => change.State));
        Assert.Equal([2, 3, 4, 5, 6, 7, 8], _circuit.Changes.Select(change => change.Epoch));
        Assert.Equal(_circuit.Changes.SkipLast(1).Select(change => change.State), _circuit.Changes.Skip(1).Select(change => change.PreviousState));
    }

    [Fact]
    public void Openings_in_a_row_are_counted_and_are_zero_when_the_circuit_closes()
    {
        _circuit.OpenUntilProbe().Fail().WaitForBreakEnd().Succeed();

        var openings = _circuit.Changes.Where(change => change.State is Open or Closed).Select(change => (change.State, change.ConsecutiveOpenings));
        Assert.Equal([(Open, 1), (Open, 2), (Closed, 0)], openings);
    }

    [Fact]
    public void Rejections_raise_no_event()
    {
        _circuit.Fail(4).Reject(1_000);

        Assert.Single(_circuit.Changes);
    }

    [Fact]
    public void An_observer_that_resets_hears_of_its_own_reset_next()
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
    public void An_observer_is_never_called_inside_the_gate()
    {
        var isFree = false;
        _circuit.Observer = _ =>
        {
            // Another thread gets through: it would wait for ever at a gate that is held here.
            var thread = new Thread(() => isFree = _circuit.Snapshot.State == Open);
            thread.Start();
            thread.Join();
        };

        _circuit.Fail(4);

        Assert.True(isFree);
    }

    [Fact]
    public void A_fault_in_telling_one_change_does_not_keep_back_the_next()
    {
        _circuit.Observer = _ => throw new InvalidOperationException();
        Assert.Throws<InvalidOperationException>(() => _circuit.Fail(4));
        _circuit.Observer = null;

        _circuit.Reset();

        Assert.Equal([Open, Closed], _circuit.Changes.Select(change => change.State));
    }

    [Fact]
    public void The_last_failure_stays_known_when_the_circuit_is_open()
    {
        _circuit.Fail(3).Start().Fail("grpc_14");

        Assert.Equal("grpc_14", _circuit.Snapshot.LastFailureReason);
        Assert.Equal("grpc_14", _circuit.LastChange.FailureReason);
    }
}
