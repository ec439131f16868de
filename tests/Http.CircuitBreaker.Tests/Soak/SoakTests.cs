using System.Globalization;
using Http.CircuitBreaker.Tests.Support;
using Xunit.Abstractions;

namespace Http.CircuitBreaker.Tests.Soak;

/// <summary>
/// Everything at once, through the real handler: at the end every call must be accounted for, exactly, as its caller saw it. As short as
/// it can be and still meet everything, unless <c>CIRCUIT_BREAKER_SOAK</c> says for how many seconds.
/// </summary>
[Trait("Category", "Soak")]
public sealed class SoakTests(ITestOutputHelper output) : IDisposable
{
    private const int Callers = 8;
    private const int Meddlers = 2;
    private const int CallsPerCaller = 3_000;
    private const int CallsPerMeddling = 4;
    private const int CallsUntilClosed = 100;

    private readonly SoakApp _app = new();
    private readonly SemaphoreSlim _meddlings = new(0);
    private readonly SoakEnd[] _judged = [SoakEnd.Success, SoakEnd.Failure, SoakEnd.Ignored];
    private int _callersAtWork = Callers;

    [Fact]
    public async Task Every_call_is_settled_once_and_every_number_is_what_the_callers_saw()
    {
        var deadline = Environment.TickCount64 + (Seconds() * 1_000);

        CircuitThreads.RunTogether(Callers + Meddlers, index =>
        {
            if (index < Callers)
            {
                Call(new SoakCaller(_app, index), deadline);
            }
            else
            {
                Meddle(new SoakMeddler(_app, index));
            }
        });

        Report();
        Assert.Empty(_app.Events.Disorder);
        AssertThatEveryCallIsAccounted();
        AssertThatItWasASoak();
        await AssertThatEveryCircuitClosesAsync();
        Assert.Empty(_app.Events.Disorder);
    }

    public void Dispose()
    {
        _app.Dispose();
        _meddlings.Dispose();
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
                if (calls % CallsPerMeddling == 0)
                {
                    // Calls must not run away from what is to happen to them.
                    SpinWait.SpinUntil(() => _meddlings.CurrentCount < 20, millisecondsTimeout: 100);
                    _meddlings.Release();
                }
            }

            caller.EndAll();
        }
        finally
        {
            Interlocked.Decrement(ref _callersAtWork);
        }
    }

    private void Meddle(SoakMeddler meddler)
    {
        while (Volatile.Read(ref _callersAtWork) > 0)
        {
            if (_meddlings.Wait(millisecondsTimeout: 20))
            {
                meddler.Meddle();
            }
            else
            {
                // Perhaps all callers wait for hosts that hang.
                _app.Host.ReleaseAll(Random.Shared);
            }
        }
    }

    private void AssertThatEveryCallIsAccounted()
    {
        var snapshots = _app.Registry.GetSnapshots();
        Assert.All(snapshots, snapshot => Assert.Equal(0, snapshot.InFlight));
        Assert.All(snapshots.Where(s => s.Key.Client == SoakApp.Kept), AssertThatCallersSaw);
        Assert.Equal(_app.Tally.Of(SoakApp.Kept, SoakEnd.Bypassed), _app.Circuits(SoakApp.Kept).Bypassed);

        var (slow, _, rejectedSlow) = _app.Circuits(SoakApp.Slow).Accounts();
        Assert.Equal(_judged.Sum(end => _app.Tally.Of(SoakApp.Slow, end)), slow.Count);
        Assert.Equal(_app.Tally.Of(SoakApp.Slow, SoakEnd.Rejected), rejectedSlow);
        AssertThatTheFewAreAccounted();

        string[] clients = [SoakApp.Kept, SoakApp.Few, SoakApp.Slow];
        Assert.Equal(_app.Host.Calls, clients.Sum(client => _app.Circuits(client).Accounts().Ended.Count + _app.Circuits(client).Bypassed));
    }

    private void AssertThatCallersSaw(CircuitSnapshot snapshot)
    {
        var seen = (SoakEnd end) => _app.Tally.Of(snapshot.Key, end);
        Assert.Equal(
            (seen(SoakEnd.Success), seen(SoakEnd.Failure), seen(SoakEnd.Ignored), seen(SoakEnd.Rejected)),
            (snapshot.TotalSucceeded, snapshot.TotalFailed, snapshot.TotalIgnored, snapshot.Rejected));
        Assert.Equal(_app.Events.StateOf(snapshot.Key), snapshot.State);
    }

    // Calls that found no room for a circuit went through and were not judged: their callers cannot tell.
    private void AssertThatTheFewAreAccounted()
    {
        var circuits = _app.Circuits(SoakApp.Few);
        var (ended, inFlight, rejected) = circuits.Accounts();
        var notJudged = _judged
            .Zip([ended.Succeeded, ended.Failed, ended.Ignored], (end, accounted) => _app.Tally.Of(SoakApp.Few, end) - accounted)
            .ToList();
        Assert.All(notJudged, count => Assert.True(count >= 0));
        Assert.Equal(circuits.Bypassed, notJudged.Sum());
        Assert.Equal(0, inFlight);

        // A thread that is stopped for longer than the longest break, just between the rejection and its count, finds the circuit evicted
        // and its account closed. On this clock the longest break is over in a few real milliseconds.
        var seen = _app.Tally.Of(SoakApp.Few, SoakEnd.Rejected);
        Assert.InRange(seen - rejected, 0, 1 + (seen / 10_000));
        Assert.InRange(circuits.Count, 1, 3);
    }

    private async Task AssertThatEveryCircuitClosesAsync()
    {
        _app.Host.Heal();
        _app.ReloadGuarded();
        foreach (var snapshot in _app.Registry.GetSnapshots())
        {
            _app.Registry.Reset(snapshot.State == CircuitState.Isolated ? snapshot.Key : default);
            for (var calls = 0; _app.Registry.Find(snapshot.Key)!.State != CircuitState.Closed; calls++)
            {
                Assert.True(calls < CallsUntilClosed, $"{snapshot.Key} is still {_app.Registry.Find(snapshot.Key)!.State}.");
                _app.Time.Advance(TimeSpan.FromSeconds(1));
                using var response = await _app.Client(snapshot.Key.Client).GetAsync(new Uri($"http://{snapshot.Key.Host}/"));
            }
        }
    }

    private void AssertThatItWasASoak()
    {
        CircuitTransitionReason[] reasons =
        [
            CircuitTransitionReason.FailureRatio, CircuitTransitionReason.ConsecutiveFailures, CircuitTransitionReason.RetryAfter,
            CircuitTransitionReason.OverdueCalls, CircuitTransitionReason.BreakElapsed, CircuitTransitionReason.ProbesSucceeded,
            CircuitTransitionReason.ProbesFailed, CircuitTransitionReason.ProbeTimeout, CircuitTransitionReason.Isolated,
            CircuitTransitionReason.Reset, CircuitTransitionReason.Recovered, CircuitTransitionReason.RecoveryFailed,
        ];
        Assert.All(reasons, reason => Assert.Contains(reason, _app.Events.Reasons));
        Assert.All(Enum.GetValues<SoakEnd>(), end => Assert.True(_app.Tally.Of(SoakApp.Kept, end) > 0));
        Assert.True(_app.Circuits(SoakApp.Few).Bypassed > 0);
    }

    private void Report()
    {
        output.WriteLine($"{_app.Tally.Calls} calls, {_app.Host.Calls} of them sent.");
        foreach (var (reason, count) in _app.Events.Reasons.OrderBy(pair => pair.Key))
        {
            output.WriteLine($"{reason}: {count}");
        }
    }
}
