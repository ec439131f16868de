using System.Net;
using Http.CircuitBreaker.Circuits;
using Http.CircuitBreaker.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Http.CircuitBreaker.Tests.Registry;

/// <summary>An observer that does not return holds up only the call that delivers to it.</summary>
public sealed class HangingObserverTests : IDisposable
{
    private const string Url = "http://host/";
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(30);

    private readonly ManualResetEventSlim _entered = new();
    private readonly ManualResetEventSlim _released = new();
    private readonly RegistryObserver _other = new();

    [Fact]
    public async Task Hanging_observer_does_not_delay_logs_metrics_and_other_observers()
    {
        var hanging = Hanging();
        using var rig = Rig(null, hanging, _other);
        using var transitions = rig.Collect<long>("http_circuit_breaker.transitions");

        var opening = OpenOnAnotherThread(rig, Url);
        await Eventually(() => _other.Seen.Count == 1);

        Assert.Single(rig.Logs("CircuitOpened"));
        Assert.Single(transitions.GetMeasurementSnapshot());
        Assert.False(opening.IsCompleted);
        _released.Set();
        await opening.WaitAsync(_limit);
    }

    [Fact]
    public async Task With_a_hanging_observer_later_changes_are_reported_and_only_the_first_call_waits()
    {
        var hanging = Hanging();
        using var rig = Rig(null, hanging, _other);
        var opening = OpenOnAnotherThread(rig, Url);
        Assert.True(_entered.Wait(_limit));

        await Task.Run(async () =>
        {
            Assert.True((await rig.GetAsync(Url)).IsCircuitOpen());
            rig.Registry.Reset(RegistryRig.KeyOf(Url));
            for (var i = 0; i < 50; i++)
            {
                await rig.OpenAsync($"http://other{i}/");
            }
        }).WaitAsync(_limit);

        Assert.Equal(52, _other.Seen.Count);
        Assert.Equal(51, rig.Logs("CircuitOpened").Count);
        Assert.Single(hanging.Seen);
        Assert.False(opening.IsCompleted);
        _released.Set();
        await opening.WaitAsync(_limit);
        await Eventually(() => hanging.Seen.Count == 52);
        Assert.Equal(_other.Seen, hanging.Seen);
    }

    [Fact]
    public async Task Oldest_changes_queued_for_a_hanging_observer_are_dropped_and_logged_once()
    {
        var hanging = Hanging();
        using var rig = Rig(null, hanging);
        var opening = OpenOnAnotherThread(rig, Url);
        Assert.True(_entered.Wait(_limit));

        for (var i = 0; i < ChangeQueue.Capacity; i++)
        {
            rig.Registry.Isolate(RegistryRig.KeyOf(Url));
            rig.Registry.Reset(RegistryRig.KeyOf(Url));
        }

        _released.Set();
        await opening.WaitAsync(_limit);
        await Eventually(() => hanging.Seen.Count == ChangeQueue.Capacity + 1);
        Assert.Equal(2 + (2 * ChangeQueue.Capacity), rig.Circuit(Url).Epoch);
        Assert.Equal(rig.Circuit(Url).Epoch, hanging.Seen[^1].Epoch);
        Assert.StartsWith($"{typeof(RegistryObserver)} is blocked", Assert.Single(rig.Logs("ChangesDropped")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hanging_OnStateChange_callback_does_not_delay_calls_to_other_hosts()
    {
        using var rig = Rig(Hanging().OnStateChange, _other);
        var opening = OpenOnAnotherThread(rig, Url);
        Assert.True(_entered.Wait(_limit));

        await Task.Run(() => rig.OpenAsync("http://other/")).WaitAsync(_limit);

        Assert.Equal(["host", "other"], _other.Seen.Select(change => change.Key.Host));
        Assert.False(opening.IsCompleted);
        _released.Set();
        await opening.WaitAsync(_limit);
    }

    [Fact]
    public async Task Hanging_observer_constructor_does_not_delay_logs_callbacks_or_later_calls()
    {
        using var rig = new RegistryRig(["c"], options => options.OnStateChange = _other.OnStateChange, services => services
            .AddSingleton<ICircuitObserver>(_ =>
            {
                Hang();
                return new RegistryObserver();
            }));
        var opening = OpenOnAnotherThread(rig, Url);
        await Eventually(() => _other.Seen.Count == 1);

        await Task.Run(() => rig.OpenAsync("http://other/")).WaitAsync(_limit);

        Assert.Equal(2, _other.Seen.Count);
        Assert.Equal(2, rig.Logs("CircuitOpened").Count);
        _released.Set();
        await opening.WaitAsync(_limit);
    }

    [Fact]
    public async Task Another_thread_continues_the_delivery_if_an_observer_takes_longer_than_a_second()
    {
        using var next = new SemaphoreSlim(0);
        var slow = new RegistryObserver(_ =>
        {
            _entered.Set();
            next.Wait(_limit);
        });
        using var rig = Rig(null, slow, _other);
        var opening = OpenOnAnotherThread(rig, Url);
        Assert.True(_entered.Wait(_limit));

        // The thread that continues after a second delivers to the other observer.
        await Eventually(() => _other.Seen.Count == 1);
        await Task.Run(() => rig.OpenAsync("http://second/")).WaitAsync(_limit);
        next.Release();
        await opening.WaitAsync(_limit);

        await Eventually(() => slow.Seen.Count == 2);
        next.Release();
    }

    [Fact]
    public async Task Outcome_of_a_probe_is_reported_for_its_lease_even_if_an_observer_hangs()
    {
        var leases = new CircuitLeases();
        leases.Tokens.Enqueue("token");
        var hanging = new RegistryObserver(change =>
        {
            if (change.State == CircuitState.Closed)
            {
                Hang();
            }
        });
        using var rig = new RegistryRig(["c"], add: services => services
            .AddSingleton<IProbeLeases>(leases)
            .AddSingleton<ICircuitObserver>(hanging));
        await rig.OpenAsync(Url);
        rig.Time.Advance(TimeSpan.FromSeconds(5));

        var probe = Task.Run(() => rig.GetAsync(Url));
        Assert.True(_entered.Wait(_limit));

        Assert.Equal("token", Assert.Single(leases.Settled).Token);
        _released.Set();
        await probe.WaitAsync(_limit);
    }

    [Theory]
    [InlineData(CircuitState.HalfOpen)]
    [InlineData(CircuitState.Closed)]
    public async Task Time_spent_in_observers_does_not_count_as_response_time_of_the_host(CircuitState during)
    {
        RegistryRig? rig = null;
        var slow = new RegistryObserver(change => rig!.Time.Advance(TimeSpan.FromSeconds(change.State == during ? 20 : 0)));
        using (rig = new RegistryRig(
            ["c"],
            options =>
            {
                (options.SlowCallDuration, options.ProbeTimeout) = (TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(10));
                (options.RecoveryDuration, options.ConsecutiveFailures) = (TimeSpan.FromSeconds(20), 10);
            },
            services => services.AddSingleton<ICircuitObserver>(slow)))
        {
            await rig.OpenAsync(Url);
            rig.Time.Advance(TimeSpan.FromSeconds(5));
            await rig.GetAsync(Url);
            await rig.GetAsync(Url);

            Assert.Equal((CircuitState.Closed, 2), (rig.Circuit(Url).State, rig.Circuit(Url).TotalSucceeded));
            Assert.Equal([CircuitState.Open, CircuitState.HalfOpen, CircuitState.Closed], slow.States);
        }
    }

    public void Dispose()
    {
        _released.Set();
        _entered.Dispose();
        _released.Dispose();
    }

    private static async Task Eventually(Func<bool> condition) =>
        Assert.True(await Task.Run(() => SpinWait.SpinUntil(condition, _limit)));

    // Ten failures open the circuit.
    private static Task OpenOnAnotherThread(RegistryRig rig, string url) => Task.Run(async () =>
    {
        rig.AnswerWith(HttpStatusCode.InternalServerError);
        for (var i = 0; i < 10; i++)
        {
            await rig.GetAsync(url);
        }
    });

    private static RegistryRig Rig(Action<CircuitStateChange>? callback, params ICircuitObserver[] observers) => new(
        ["c"],
        options => options.OnStateChange = callback,
        services => Array.ForEach(observers, observer => services.AddSingleton(observer)));

    // Hangs at the first change, until the test releases it.
    private RegistryObserver Hanging() => new(_ => Hang());

    private void Hang()
    {
        _entered.Set();
        _released.Wait(_limit);
    }
}
