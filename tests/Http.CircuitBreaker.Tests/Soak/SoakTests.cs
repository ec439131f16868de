using System.Globalization;
using Http.CircuitBreaker.Tests.Support;
using Xunit.Abstractions;

namespace Http.CircuitBreaker.Tests.Soak;

/// <summary>
/// Runs all features concurrently through the real handler. Afterwards the counters must match the outcomes that callers observed. Runs
/// for a fixed number of calls, or for as many seconds as the environment variable <c>CIRCUIT_BREAKER_SOAK</c> states.
/// </summary>
[Trait("Category", "Soak")]
public sealed class SoakTests(ITestOutputHelper output) : IDisposable
{
    private const int Callers = 8;
    private const int Disruptors = 2;
    private const int CallsPerCaller = 3_000;
    private const int CallsPerDisruption = 4;
    private const int CallsUntilClosed = 100;

    private readonly SoakApp _app = new();
    private readonly SemaphoreSlim _disruptions = new(0);
    private readonly SoakOutcome[] _classified = [SoakOutcome.Success, SoakOutcome.Failure, SoakOutcome.Ignored];
    private int _activeCallers = Callers;

    [Fact]
    public async Task Counters_match_the_outcomes_that_callers_observed()
    {
        var deadline = Environment.TickCount64 + (Seconds() * 1_000);

        CircuitThreads.RunTogether(Callers + Disruptors, index =>
        {
            if (index < Callers)
            {
                Call(new SoakCaller(_app, index), deadline);
            }
            else
            {
                Disrupt(new SoakDisruptor(_app, index));
            }
        });

        Report();
        Assert.Empty(_app.Events.Inconsistencies);
        AssertCountersMatch();
        AssertCoverage();
        await AssertCircuitsCloseAsync();
        Assert.Empty(_app.Events.Inconsistencies);
    }

    public void Dispose()
    {
        _app.Dispose();
        _disruptions.Dispose();
    }

    private static int Seconds() =>
        int.TryParse(Environment.GetEnvironmentVariable("CIRCUIT_BREAKER_SOAK"), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? Math.Min(seconds, 3_600)
            : 0;

    private void Call(SoakCaller caller, long deadline)
    {
        try
        {
            for (var calls = 1; calls <= CallsPerCaller || Environment.TickCount64 < deadline; calls++)
            {
                caller.Call();
                if (calls % CallsPerDisruption == 0)
                {
                    // Keep disruptions in step with the calls.
                    SpinWait.SpinUntil(() => _disruptions.CurrentCount < 20, millisecondsTimeout: 100);
                    _disruptions.Release();
                }
            }

            caller.EndAll();
        }
        finally
        {
            Interlocked.Decrement(ref _activeCallers);
        }
    }

    private void Disrupt(SoakDisruptor disruptor)
    {
        while (Volatile.Read(ref _activeCallers) > 0)
        {
            if (_disruptions.Wait(millisecondsTimeout: 20))
            {
                disruptor.Disrupt();
            }
            else
            {
                // All callers may be waiting for hanging hosts.
                _app.Hosts.ReleaseAll(Random.Shared);
            }
        }
    }

    private void AssertCountersMatch()
    {
        var snapshots = _app.Registry.GetSnapshots();
        Assert.All(snapshots, snapshot => Assert.Equal(0, snapshot.InFlight));
        Assert.All(snapshots.Where(s => s.Key.Client == SoakApp.Kept), AssertMatchesCallers);
        Assert.Equal(_app.Totals.Count(SoakApp.Kept, SoakOutcome.Bypassed), _app.Circuits(SoakApp.Kept).Totals().Bypassed);

        var slow = _app.Circuits(SoakApp.Slow).Totals();
        Assert.Equal(_classified.Sum(outcome => _app.Totals.Count(SoakApp.Slow, outcome)), slow.Ended.Count);
        Assert.Equal(_app.Totals.Count(SoakApp.Slow, SoakOutcome.Rejected), slow.Rejected);
        AssertEvictedCircuitsMatch();

        string[] clients = [SoakApp.Kept, SoakApp.Few, SoakApp.Slow];
        var totals = clients.Select(client => _app.Circuits(client).Totals()).ToList();
        Assert.InRange(_app.Hosts.Calls - totals.Sum(client => client.Ended.Count + client.Bypassed), 0, Missed());
    }

    private void AssertMatchesCallers(CircuitSnapshot snapshot)
    {
        var count = (SoakOutcome outcome) => _app.Totals.Count(snapshot.Key, outcome);
        Assert.Equal(
            (count(SoakOutcome.Success), count(SoakOutcome.Failure), count(SoakOutcome.Ignored), count(SoakOutcome.Rejected)),
            (snapshot.TotalSucceeded, snapshot.TotalFailed, snapshot.TotalIgnored, snapshot.Rejected));
        Assert.Equal(_app.Events.GetState(snapshot.Key), snapshot.State);
    }

    // Calls beyond MaxCircuits were sent without being classified, which their callers cannot observe.
    private void AssertEvictedCircuitsMatch()
    {
        var circuits = _app.Circuits(SoakApp.Few);
        var totals = circuits.Totals();
        var unclassified = _classified
            .Zip(
                [totals.Ended.Succeeded, totals.Ended.Failed, totals.Ended.Ignored],
                (outcome, counted) => _app.Totals.Count(SoakApp.Few, outcome) - counted)
            .ToList();
        Assert.All(unclassified, count => Assert.True(count >= 0));
        Assert.InRange(unclassified.Sum() - totals.Bypassed, 0, Missed());
        Assert.Equal(0, totals.InFlight);

        // A rejection is not counted if the circuit is evicted between the rejection and its count. That takes a pause longer than the
        // longest break, which lasts only a few real milliseconds with this clock.
        var observed = _app.Totals.Count(SoakApp.Few, SoakOutcome.Rejected);
        Assert.InRange(observed - totals.Rejected, 0, Missed());
        Assert.InRange(circuits.Count, 1, 3);
    }

    // A call is not counted if its circuit is evicted at the moment the call is admitted.
    private long Missed() => 1 + (_app.Totals.Calls / 1_000);

    private async Task AssertCircuitsCloseAsync()
    {
        _app.Hosts.Heal();
        _app.ReloadEnforced();
        foreach (var snapshot in _app.Registry.GetSnapshots())
        {
            _app.Registry.Reset(snapshot.State == CircuitState.Isolated ? snapshot.Key : default);
            for (var calls = 0; _app.Registry.Find(snapshot.Key)?.State != CircuitState.Closed; calls++)
            {
                Assert.True(calls < CallsUntilClosed, $"{snapshot.Key} is still {_app.Registry.Find(snapshot.Key)?.State}.");
                _app.Time.Advance(TimeSpan.FromSeconds(1));
                using var response = await _app.Client(snapshot.Key.Client).GetAsync(new Uri($"http://{snapshot.Key.Host}/"));
            }
        }
    }

    private void AssertCoverage()
    {
        CircuitTransitionReason[] reasons =
        [
            CircuitTransitionReason.FailureRatio, CircuitTransitionReason.ConsecutiveFailures, CircuitTransitionReason.RetryAfter,
            CircuitTransitionReason.OverdueCalls, CircuitTransitionReason.BreakElapsed, CircuitTransitionReason.ProbesSucceeded,
            CircuitTransitionReason.ProbesFailed, CircuitTransitionReason.ProbeTimeout, CircuitTransitionReason.Isolated,
            CircuitTransitionReason.Reset,
        ];
        Assert.All(reasons, reason => Assert.Contains(reason, _app.Events.Reasons));
        Assert.All(Enum.GetValues<SoakOutcome>(), outcome => Assert.True(_app.Totals.Count(SoakApp.Kept, outcome) > 0));
        Assert.True(_app.Circuits(SoakApp.Few).Totals().Bypassed > 0);
    }

    private void Report()
    {
        output.WriteLine($"{_app.Totals.Calls} calls, {_app.Hosts.Calls} of them sent.");
        foreach (var (reason, count) in _app.Events.Reasons.OrderBy(pair => pair.Key))
        {
            output.WriteLine($"{reason}: {count}");
        }
    }
}
