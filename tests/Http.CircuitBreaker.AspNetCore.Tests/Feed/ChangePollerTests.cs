using Http.CircuitBreaker.AspNetCore.Feed;
using Http.CircuitBreaker.AspNetCore.Tests.Support;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Http.CircuitBreaker.AspNetCore.Tests.Feed;

public sealed class ChangePollerTests
{
    private static readonly TimeSpan _heartbeatInterval = TimeSpan.FromSeconds(10);
    private readonly FakeTimeProvider _time = new();
    private readonly FakeRegistry _circuits = new();
    private readonly TransitionHistory _history;

    public ChangePollerTests() =>
        _history = new TransitionHistory(_time, Options.Create(new CircuitEndpointsOptions { HistoryLength = 3 }));

    [Fact]
    public void First_poll_does_not_return_existing_circuits_and_transitions()
    {
        _circuits.Circuits.Add(FakeRegistry.Closed("a"));
        _history.OnStateChange(Change(1));
        Assert.Empty(PollNames(CreatePoller()));
    }

    [Fact]
    public void Each_transition_is_numbered_and_sent_once_before_the_circuits()
    {
        _history.OnStateChange(Change(1));
        var poller = CreatePoller();
        _history.OnStateChange(Change(2));
        _history.OnStateChange(Change(3));
        _circuits.Circuits.Add(FakeRegistry.Closed("a"));
        Assert.Equal(
            [("transition", 2), ("transition", 3), ("circuits", 0)],
            poller.Poll().Select(message => (message.Name, message.Transition)));
        Assert.Empty(PollNames(poller));
    }

    [Fact]
    public void Transitions_dropped_from_the_history_are_not_sent()
    {
        var poller = CreatePoller();
        for (var epoch = 1; epoch <= 5; epoch++)
        {
            _history.OnStateChange(Change(epoch));
        }

        Assert.Equal([3, 4, 5], poller.Poll().Select(message => message.Transition));
    }

    [Fact]
    public void Heartbeat_is_sent_only_if_nothing_else_was_sent()
    {
        var poller = CreatePoller();
        _time.Advance(_heartbeatInterval - TimeSpan.FromMilliseconds(1));
        Assert.Empty(PollNames(poller));
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(["heartbeat"], PollNames(poller));
        Assert.Empty(PollNames(poller));

        _time.Advance(_heartbeatInterval);
        _circuits.Circuits.Add(FakeRegistry.Closed("a"));
        Assert.Equal(["circuits"], PollNames(poller));
        _time.Advance(_heartbeatInterval - TimeSpan.FromMilliseconds(1));
        Assert.Empty(PollNames(poller));
    }

    private ChangePoller CreatePoller() => new(_circuits, _history, _time, _heartbeatInterval);

    private static IEnumerable<string> PollNames(ChangePoller poller) => poller.Poll().Select(message => message.Name);

    private static CircuitStateChange Change(int epoch) => new()
    {
        Key = FakeRegistry.Closed("a").Key,
        PreviousState = CircuitState.Closed,
        State = CircuitState.Open,
        Reason = CircuitTransitionReason.FailureRatio,
        Epoch = epoch,
        PreviousDuration = TimeSpan.FromSeconds(1),
    };
}
