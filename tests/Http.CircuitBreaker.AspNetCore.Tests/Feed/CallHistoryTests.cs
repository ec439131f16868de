using System.Text.Json;
using Http.CircuitBreaker.AspNetCore.Feed;
using Http.CircuitBreaker.AspNetCore.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Http.CircuitBreaker.AspNetCore.Tests.Feed;

/// <summary>The calls of the last minutes are counted while a circuit is not closed or a client is connected.</summary>
public sealed class CallHistoryTests : IDisposable
{
    private static readonly TimeSpan _slot = TimeSpan.FromSeconds(CallHistory.SlotSeconds);
    private readonly FakeTimeProvider _time = new();
    private readonly FakeRegistry _circuits = new();
    private readonly CallHistory _history;

    public CallHistoryTests() => _history = new CallHistory(
        _circuits, _time, Options.Create(new CircuitEndpointsOptions()), NullLoggerFactory.Instance);

    public void Dispose() => _history.Dispose();

    [Fact]
    public async Task Call_history_is_recorded_while_a_circuit_is_open_even_if_no_one_views_the_page()
    {
        await using var app = await CircuitsApp.StartAsync(new AppSetup { Breaker = options => options.BreakDuration = TimeSpan.FromHours(1) });
        await app.OpenAsync();
        for (var slot = 0; slot < 3; slot++)
        {
            await app.CallAsync();
            app.Time.Advance(_slot);
        }

        await app.CallAsync();
        Assert.Equal("[[2,0,0,1],[1,0,0,1],[0,0,0,2]]", await ReadAsync(app));
    }

    [Fact]
    public async Task Circuits_are_not_polled_while_all_are_closed_and_no_one_views_the_page()
    {
        await using var app = await CircuitsApp.StartAsync();
        var history = app.Services.GetRequiredService<CallHistory>();
        await app.CallAsync();
        Assert.False(history.IsScheduled);

        await app.OpenAsync();
        app.Time.Advance(_slot);
        Assert.True(history.IsScheduled);
        app.Circuits.Reset(CircuitsApp.Key);
        app.Time.Advance(_slot);
        Assert.False(history.IsScheduled);

        await app.OpenAsync();
        Assert.True(history.IsScheduled);
    }

    [Fact]
    public void Calls_made_while_recording_was_interrupted_are_not_in_the_call_history()
    {
        Update(FakeRegistry.Closed("a", succeeded: 10));
        _time.Advance(2 * _slot);
        Update(FakeRegistry.Closed("a", succeeded: 11));
        Assert.Equal("[[0,1]]", Read("a"));

        _time.Advance((2 * _slot) + TimeSpan.FromMilliseconds(1));
        Update(FakeRegistry.Closed("a", succeeded: 500));
        Assert.Equal("[[2,1]]", Read("a"));
        Assert.Equal(_history.Read().Slot + 1, _history.Read().FirstSlot);
    }

    [Fact]
    public void Call_history_covers_three_minutes()
    {
        Update(FakeRegistry.Closed("a"));
        Update(FakeRegistry.Closed("a", succeeded: 1));
        for (var slot = 1; slot < CallHistory.Slots; slot++)
        {
            _time.Advance(_slot);
            Update(FakeRegistry.Closed("a", succeeded: 1));
        }

        Assert.Equal("[[35,1]]", Read("a"));
        _time.Advance(_slot);
        Update(FakeRegistry.Closed("a", succeeded: 1));
        Assert.Empty(_history.Read().Circuits);
    }

    [Fact]
    public void Full_call_history_keeps_the_circuits_with_the_most_rejected_calls()
    {
        Update();
        var hosts = Enumerable.Range(0, CallHistory.MaxCircuits + 100).ToList();
        Update([.. hosts.Select(host => FakeRegistry.Closed($"host-{host}", succeeded: 9) with { Rejected = host })]);
        var kept = _history.Read().Circuits.Keys;
        Assert.Equal(hosts.Skip(100).Select(host => FakeRegistry.Closed($"host-{host}").Id).Order(), kept.Order());
    }

    [Fact]
    public void Old_calls_of_a_circuit_that_reappears_are_not_added_to_the_call_history()
    {
        Update();
        _time.Advance(_slot);
        var opened = FakeRegistry.Closed("new", succeeded: 3) with { Epoch = 2, State = CircuitState.Open, Since = _time.GetUtcNow() };
        Update(
            opened,
            opened with { Key = FakeRegistry.Closed("open").Key, Since = opened.Since - (2 * _slot) },
            opened with { Key = FakeRegistry.Closed("half-open").Key, Epoch = 3, State = CircuitState.HalfOpen });
        Assert.Equal([opened.Id], _history.Read().Circuits.Keys);
    }

    [Fact]
    public void A_success_whose_body_fails_later_becomes_a_failure_in_the_call_history()
    {
        Update(FakeRegistry.Closed("a", succeeded: 5));
        Update(FakeRegistry.Closed("a", succeeded: 4) with { TotalFailed = 1 });
        Assert.Equal("[[0,0,1]]", Read("a"));
    }

    [Fact]
    public void A_circuit_that_was_evicted_and_created_again_is_counted_from_zero()
    {
        Update(FakeRegistry.Closed("a", succeeded: 5) with { Rejected = 7 });
        Update(FakeRegistry.Closed("a", succeeded: 6));
        Update(FakeRegistry.Closed("a", succeeded: 8));
        Assert.Equal("[[0,2]]", Read("a"));
    }

    [Fact]
    public async Task An_exception_from_the_registry_is_logged_and_stops_the_recording()
    {
        var circuits = new FakeRegistry { Exception = new InvalidOperationException("registry failed") };
        await using var app = await CircuitsApp.StartAsync(AppSetup.Open with { Services = services => services.AddSingleton<ICircuitRegistry>(circuits) });
        var history = app.Services.GetRequiredService<CallHistory>();
        history.OnStateChange(Opened());
        app.Time.Advance(_slot);
        var error = Assert.Single(app.Logs.GetSnapshot(), record => record.Id.Name == "HistoryFailed");
        Assert.Same(circuits.Exception, error.Exception);
        Assert.False(history.IsScheduled);
    }

    [Fact]
    public async Task Overview_of_300_busy_circuits_is_smaller_than_250_kB()
    {
        await using var app = await CircuitsApp.StartAsync();
        var hosts = Enumerable.Range(0, 300).Select(host => new Uri($"https://orders-api-{host}.eu-west-1.internal.example.com/")).ToList();
        for (var slot = 0; slot < CallHistory.Slots; slot++)
        {
            await app.GetAsync("/circuits/api");
            foreach (var host in hosts)
            {
                await app.CallAsync(host: host);
            }

            app.Time.Advance(_slot);
        }

        var answer = await app.GetAsync("/circuits/api");
        Assert.Equal(300, answer.Json.GetProperty("history").GetProperty("circuits").EnumerateObject().Count());
        Assert.InRange(answer.Text.Length, 100_000, 250_000);
    }

    private static CircuitStateChange Opened() => new()
    {
        Key = FakeRegistry.Closed("a").Key,
        PreviousState = CircuitState.Closed,
        State = CircuitState.Open,
        Reason = CircuitTransitionReason.FailureRatio,
        Epoch = 2,
        PreviousDuration = _slot,
    };

    private static async Task<string> ReadAsync(CircuitsApp app) => (await app.GetAsync("/circuits/api")).Json
        .GetProperty("history").GetProperty("circuits").GetProperty(CircuitsApp.Key.Id).GetRawText();

    private void Update(params CircuitSnapshot[] circuits) => _history.Update(circuits);

    private string Read(string host) =>
        JsonSerializer.Serialize(_history.Read().Circuits[FakeRegistry.Closed(host).Id]);
}
