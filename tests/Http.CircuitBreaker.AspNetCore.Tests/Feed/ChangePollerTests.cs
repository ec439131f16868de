using System.Text;
using System.Text.Json;
using Http.CircuitBreaker.AspNetCore.Feed;
using Http.CircuitBreaker.AspNetCore.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Http.CircuitBreaker.AspNetCore.Tests.Feed;

public sealed class ChangePollerTests
{
    private static readonly TimeSpan _heartbeatInterval = TimeSpan.FromSeconds(10);
    private readonly FakeTimeProvider _time = new();
    private readonly FakeRegistry _circuits = new();
    private readonly FakeBackplane _backplane = new();
    private readonly TransitionHistory _history;

    public ChangePollerTests() =>
        _history = new TransitionHistory(_time, Options.Create(new CircuitEndpointsOptions { HistoryLength = 3 }));

    [Fact]
    public void First_poll_returns_only_changes_since_the_poller_was_created()
    {
        _circuits.Circuits.Add(FakeRegistry.Closed("a"));
        _history.OnStateChange(Change(1));
        Assert.Empty(PollNames(CreatePoller()));
    }

    [Fact]
    public void Each_state_change_is_numbered_and_sent_once_before_the_changed_circuits()
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
    public void State_changes_dropped_from_the_full_history_are_not_sent()
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

    [Fact]
    public void Backplane_status_is_sent_when_it_changes()
    {
        var poller = CreatePoller();
        Assert.Empty(PollNames(poller));
        (_backplane.IsConnected, _backplane.Instances) = (true, 3);
        var message = Assert.Single(poller.Poll());
        Assert.Equal(("backplane", """{"isConnected":true,"instances":3}"""), (message.Name, Encoding.UTF8.GetString(message.Json.Span)));
        Assert.Empty(PollNames(poller));
    }

    [Fact]
    public void Changed_circuits_are_sent_with_the_changed_intervals_of_their_call_history()
    {
        _circuits.Circuits.Add(FakeRegistry.Closed("a"));
        var poller = CreatePoller();
        poller.Poll();
        _circuits.Circuits[0] = FakeRegistry.Closed("a", succeeded: 2);
        _time.Advance(TimeSpan.FromSeconds(1));
        AssertSlots("[[0,2]]", poller);
        _circuits.Circuits[0] = FakeRegistry.Closed("a", succeeded: 5) with { TotalFailed = 1 };
        _time.Advance(TimeSpan.FromSeconds(5));
        AssertSlots("[[1,2],[0,3,1]]", poller);
        _circuits.Circuits[0] = FakeRegistry.Closed("a", succeeded: 6) with { TotalFailed = 1 };
        _time.Advance(TimeSpan.FromSeconds(1));
        AssertSlots("[[0,4,1]]", poller);
    }

    private ChangePoller CreatePoller() => new(_circuits, _history, CreateCalls(), _backplane, _time, _heartbeatInterval);

    private CallHistory CreateCalls() =>
        new(_circuits, _time, Options.Create(new CircuitEndpointsOptions()), NullLoggerFactory.Instance);

    private static void AssertSlots(string expected, ChangePoller poller)
    {
        var data = JsonDocument.Parse(Assert.Single(poller.Poll()).Json).RootElement;
        Assert.Equal(expected, data.GetProperty("history").GetProperty("circuits").GetProperty(FakeRegistry.Closed("a").Id).GetRawText());
    }

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
