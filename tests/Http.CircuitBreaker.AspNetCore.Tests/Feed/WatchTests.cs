using Http.CircuitBreaker.AspNetCore.Feed;
using Http.CircuitBreaker.AspNetCore.Tests.Support;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Http.CircuitBreaker.AspNetCore.Tests.Feed;

/// <summary>What a look finds.</summary>
public sealed class WatchTests
{
    private static readonly TimeSpan _heartbeat = TimeSpan.FromSeconds(10);
    private readonly FakeTimeProvider _time = new();
    private readonly CountedCircuits _circuits = new();
    private readonly TransitionHistory _history;

    public WatchTests() => _history = new TransitionHistory(_time, Options.Create(new CircuitEndpointsOptions { HistoryLength = 3 }));

    [Fact]
    public void What_was_there_before_is_no_news()
    {
        _circuits.Circuits.Add(CountedCircuits.Closed("a"));
        _history.OnStateChange(Change(1));
        Assert.Empty(Names(Watch()));
    }

    [Fact]
    public void Transitions_come_first_and_each_once_with_its_number()
    {
        _history.OnStateChange(Change(1));
        var watch = Watch();
        _history.OnStateChange(Change(2));
        _history.OnStateChange(Change(3));
        _circuits.Circuits.Add(CountedCircuits.Closed("a"));
        Assert.Equal([("transition", 2), ("transition", 3), ("circuits", 0)], watch.Look().Select(message => (message.Event.EventType, message.Transition)));
        Assert.Empty(Names(watch));
    }

    [Fact]
    public void Of_more_transitions_than_are_remembered_the_last_come()
    {
        var watch = Watch();
        for (var epoch = 1; epoch <= 5; epoch++)
        {
            _history.OnStateChange(Change(epoch));
        }

        Assert.Equal([3, 4, 5], watch.Look().Select(message => message.Transition));
    }

    [Fact]
    public void A_sign_of_life_comes_only_after_silence()
    {
        var watch = Watch();
        _time.Advance(_heartbeat - TimeSpan.FromMilliseconds(1));
        Assert.Empty(Names(watch));
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(["heartbeat"], Names(watch));
        Assert.Empty(Names(watch));

        _time.Advance(_heartbeat);
        _circuits.Circuits.Add(CountedCircuits.Closed("a"));
        Assert.Equal(["circuits"], Names(watch));
        _time.Advance(_heartbeat - TimeSpan.FromMilliseconds(1));
        Assert.Empty(Names(watch));
    }

    private CircuitWatch Watch() => new(_circuits, _history, _time, _heartbeat);

    private static IEnumerable<string> Names(CircuitWatch watch) => watch.Look().Select(message => message.Event.EventType);

    private static CircuitStateChange Change(int epoch) => new()
    {
        Key = CountedCircuits.Closed("a").Key,
        PreviousState = CircuitState.Closed,
        State = CircuitState.Open,
        Reason = CircuitTransitionReason.FailureRatio,
        Epoch = epoch,
        PreviousDuration = TimeSpan.FromSeconds(1),
    };
}
