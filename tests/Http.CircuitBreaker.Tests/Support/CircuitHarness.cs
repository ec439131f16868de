using Http.CircuitBreaker.Circuits;
using Http.CircuitBreaker.Counting;
using Microsoft.Extensions.Time.Testing;

namespace Http.CircuitBreaker.Tests.Support;

/// <summary>One circuit with a fake clock and chainable operations. Operations that start a call assert that it was admitted.</summary>
internal sealed class CircuitHarness : ICircuitEvents
{
    private static readonly DateTimeOffset _utcNow = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly List<CircuitStateChange> _changes = [];
    private readonly FakeTimeProvider _time = new();
    private readonly MonotonicClock _clock;

    public CircuitHarness(Func<CircuitSettings, CircuitSettings>? change = null, Func<double>? random = null, IProbeLeases? leases = null)
    {
        _clock = new MonotonicClock(_time);
        var settings = change?.Invoke(CircuitScenario.Defaults) ?? CircuitScenario.Defaults;
        Circuit = new Circuit(Key, settings, new CircuitContext(_clock, random ?? (() => 0), this, leases));
    }

    public static CircuitKey Key { get; } = CircuitKey.FromName("client", "circuit");

    public Circuit Circuit { get; }

    /// <summary>Called with each change after the change was recorded.</summary>
    public Action<CircuitStateChange>? Observer { get; set; }

    public long Now => _clock.Now;

    public CircuitState State => Circuit.State;

    public CircuitSnapshot Snapshot => CircuitReports.Snapshot(Circuit, Now, _utcNow, null);

    public IReadOnlyList<CircuitStateChange> Changes
    {
        get
        {
            lock (_changes)
            {
                return [.. _changes];
            }
        }
    }

    public IEnumerable<string> Path => Changes.Select(change => $"{change.PreviousState} -> {change.State}");

    public CircuitStateChange LastChange => Changes[^1];

    /// <summary>The length of the current break in seconds.</summary>
    public double BreakSeconds => (Circuit.Phase.Until!.Value - Circuit.Phase.Since) / 1000.0;

    public CircuitHarness Wait(double seconds)
    {
        _time.Advance(TimeSpan.FromSeconds(seconds));
        return this;
    }

    public CircuitHarness WaitForBreakEnd(long less = 0) => Wait((Circuit.Phase.Until!.Value - Now - less) / 1000.0);

    public Admission TryStart(out CircuitCall call)
    {
        var answer = Circuit.TryAdmit(Now, out var permit);
        call = new CircuitCall(this, permit);
        return answer;
    }

    /// <summary>Starts a call and returns its permit.</summary>
    public Permit StartPermit()
    {
        Assert.Equal(Admission.Admitted, Circuit.TryAdmit(Now, out var permit));
        return permit;
    }

    public CircuitCall Start()
    {
        Assert.Equal(Admission.Admitted, TryStart(out var call));
        return call;
    }

    public CircuitCall[] Start(int count) => [.. Enumerable.Range(0, count).Select(_ => Start())];

    public CircuitHarness Succeed(int times = 1) => Repeat(times, call => call.Succeed());

    public CircuitHarness Fail(int times = 1, long retryAfter = 0) => Repeat(times, call => call.Fail(retryAfter: retryAfter));

    public CircuitHarness Ignore(int times = 1) => Repeat(times, call => call.Ignore());

    public CircuitHarness Reject(int times = 1)
    {
        for (var i = 0; i < times; i++)
        {
            Assert.Equal(Admission.Rejected, TryStart(out _));
        }

        return this;
    }

    /// <summary>Runs calls one after another: S success, F failure, X ignored, R rejected.</summary>
    public CircuitHarness Run(string calls)
    {
        foreach (var call in calls)
        {
            _ = call switch
            {
                'S' => Succeed(),
                'F' => Fail(),
                'X' => Ignore(),
                'R' => Reject(),
                _ => this,
            };
        }

        return this;
    }

    public CircuitHarness Is(CircuitState state)
    {
        Assert.Equal(state, State);
        return this;
    }

    public CircuitHarness Isolate(double? seconds = null, string? reason = null)
    {
        Assert.True(Circuit.TryIsolate(Now, (long?)(seconds * 1000), reason));
        return this;
    }

    public CircuitHarness Reset()
    {
        Assert.True(Circuit.TryReset(Now));
        return this;
    }

    public CircuitHarness Apply(Func<CircuitSettings, CircuitSettings> change)
    {
        Circuit.Apply(change(Circuit.Settings), Now);
        return this;
    }

    /// <summary>Opens the circuit with four failures and waits for the end of the break.</summary>
    public CircuitHarness OpenUntilProbe() => Fail(4).Is(CircuitState.Open).WaitForBreakEnd();

    public void OnStateChange(Circuit circuit, CircuitStateChange change)
    {
        lock (_changes)
        {
            _changes.Add(change);
        }

        Observer?.Invoke(change);
    }

    public void Deliver()
    {
    }

    private CircuitHarness Repeat(int times, Action<CircuitCall> end)
    {
        for (var i = 0; i < times; i++)
        {
            end(Start());
        }

        return this;
    }
}
