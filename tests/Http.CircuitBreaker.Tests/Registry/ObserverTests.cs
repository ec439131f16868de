using System.Net;
using Http.CircuitBreaker.Circuits;
using Http.CircuitBreaker.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Http.CircuitBreaker.Tests.Registry;

public sealed class ObserverTests
{
    private const string Url = "http://host/";
    private static readonly CircuitKey _key = RegistryRig.KeyOf(Url);

    [Fact]
    public async Task Observers_and_OnStateChange_receive_every_change_in_order()
    {
        var (first, second, inline) = (new RegistryObserver(), new RegistryObserver(), new RegistryObserver());
        using var rig = Rig(inline.OnStateChange, first, second);

        await rig.OpenAsync(Url);
        rig.Time.Advance(TimeSpan.FromSeconds(5));
        await rig.GetAsync(Url);
        rig.Registry.Isolate(_key, reason: "maintenance");
        rig.Registry.Reset(_key);

        Assert.Equal([CircuitState.Open, CircuitState.HalfOpen, CircuitState.Closed, CircuitState.Isolated, CircuitState.Closed], first.States);
        Assert.Equal(first.Seen, second.Seen);
        Assert.Equal(first.Seen, inline.Seen);
        Assert.Equal([2, 3, 4, 5, 6], first.Seen.Select(change => change.Epoch));
        Assert.Equal(first.States.SkipLast(1).Prepend(CircuitState.Closed), first.Seen.Select(change => change.PreviousState));
    }

    [Fact]
    public async Task Opening_event_contains_all_details()
    {
        var observer = new RegistryObserver();
        using var rig = Rig(null, observer);
        rig.Time.Advance(TimeSpan.FromSeconds(1));
        await rig.OpenAsync(Url);

        var expected = new CircuitStateChange
        {
            Key = _key,
            PreviousState = CircuitState.Closed,
            State = CircuitState.Open,
            Reason = CircuitTransitionReason.ConsecutiveFailures,
            Epoch = 2,
            PreviousDuration = TimeSpan.Zero,
            BreakDuration = TimeSpan.FromSeconds(5),
            Total = 10,
            Failed = 10,
            FailureReason = "500",
            ConsecutiveOpenings = 1,
        };
        Assert.Equal(expected, Assert.Single(observer.Seen));
    }

    [Fact]
    public async Task Calls_rejections_and_repeated_isolations_do_not_raise_events()
    {
        var observer = new RegistryObserver();
        using var rig = Rig(null, observer);
        await rig.GetAsync(Url);
        rig.Registry.Reset(_key);
        Assert.Empty(observer.Seen);

        rig.Registry.Isolate(_key);
        rig.Registry.Isolate(_key, TimeSpan.FromMinutes(1), "other");
        for (var i = 0; i < 10; i++)
        {
            await rig.GetAsync(Url);
        }

        Assert.Single(observer.Seen);
    }

    [Fact]
    public async Task First_exception_of_each_observer_is_logged_with_its_type_and_other_observers_are_called()
    {
        var throwing = new RegistryObserver(_ => throw new InvalidOperationException("bug"));
        var (alsoThrowing, other) = (new ThrowingObserver(), new RegistryObserver());
        using var rig = Rig(throwing.OnStateChange, throwing, alsoThrowing, other);

        await rig.OpenAsync(Url);
        rig.Registry.Reset(_key);
        await rig.OpenAsync("http://other/");

        Assert.Equal([CircuitState.Open, CircuitState.Closed, CircuitState.Open], other.States);
        Assert.Equal(6, throwing.Seen.Count);
        Assert.Equal(
            [
                $"{typeof(RegistryObserver)} threw an exception for 'c http://host:80'.",
                $"{typeof(ThrowingObserver)} threw an exception for 'c http://host:80'.",
                "OnStateChange threw an exception for 'c http://host:80'.",
            ],
            rig.Logs("UserCodeFailed").Select(RegistryRig.FirstSentence));
        Assert.Equal(["bug", "worse", "bug"], rig.Logs("UserCodeFailed").Select(record => record.Exception!.Message));
    }

    [Fact]
    public async Task Changes_made_by_an_observer_are_delivered_after_it_returns()
    {
        ICircuitRegistry? registry = null;
        var (depth, deepest) = (0, 0);
        var observer = new RegistryObserver(change =>
        {
            deepest = Math.Max(deepest, ++depth);
            if (change.Reason == CircuitTransitionReason.ConsecutiveFailures)
            {
                registry!.Reset(change.Key);
                registry.Isolate(change.Key);
                registry.Reset(change.Key);
            }

            depth--;
        });
        var other = new RegistryObserver();
        using var rig = Rig(null, observer, other);
        registry = rig.Registry;
        rig.AnswerWith(HttpStatusCode.InternalServerError);

        for (var i = 0; i < 10; i++)
        {
            await rig.GetAsync(Url);
        }

        Assert.Equal([CircuitState.Open, CircuitState.Closed, CircuitState.Isolated, CircuitState.Closed], observer.States);
        Assert.Equal(observer.Seen, other.Seen);
        Assert.Equal(1, deepest);
        Assert.Equal(CircuitState.Closed, rig.Circuit(Url).State);
    }

    [Fact]
    public async Task Simultaneous_failures_open_the_circuit_with_one_event()
    {
        var observer = new RegistryObserver();
        using var rig = Rig(null, observer);
        using var together = new Barrier(64);
        rig.Answer = (_, _) =>
        {
            together.SignalAndWait(CancellationToken.None);
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.InternalServerError));
        };
        var client = rig.Client();

        await RegistryCrowd.RunAsync(64, _ => client.Send(new HttpRequestMessage(HttpMethod.Get, Url)).IsCircuitOpen());

        Assert.Equal(CircuitState.Open, Assert.Single(observer.Seen).State);
        Assert.Equal(64, rig.Circuit(Url).TotalFailed);
    }

    [Fact]
    public async Task Concurrent_state_changes_reach_observers_in_order_and_one_at_a_time()
    {
        var (inside, overlaps) = (0, 0);
        var observer = new RegistryObserver(_ =>
        {
            overlaps += Interlocked.Increment(ref inside) > 1 ? 1 : 0;
            Interlocked.Decrement(ref inside);
        });
        using var rig = Rig(null, observer);
        var registry = rig.Registry;

        await RegistryCrowd.RunAsync(8, thread =>
        {
            for (var i = 0; i < ChangeQueue.Capacity / 8; i++)
            {
                if ((i + thread) % 2 == 0)
                {
                    registry.Isolate(_key);
                }
                else
                {
                    registry.Reset(_key);
                }
            }

            return 0;
        });

        Assert.True(SpinWait.SpinUntil(() => observer.Seen[^1].State == rig.Circuit(Url).State, TimeSpan.FromSeconds(30)));
        var seen = observer.Seen;
        Assert.True(seen.Count > 100);
        Assert.Equal(0, overlaps);
        Assert.All(seen.Zip(seen.Skip(1)), pair => Assert.True(pair.First.Epoch < pair.Second.Epoch && pair.First.State == pair.Second.PreviousState));
    }

    private static RegistryRig Rig(Action<CircuitStateChange>? callback, params ICircuitObserver[] observers) => new(
        ["c"],
        options => options.OnStateChange = callback,
        services => Array.ForEach(observers, observer => services.AddSingleton(observer)));

    private sealed class ThrowingObserver : ICircuitObserver
    {
        public void OnStateChange(CircuitStateChange change) => throw new NotSupportedException("worse");
    }
}
