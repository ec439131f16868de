using Http.CircuitBreaker.Circuits;
using Http.CircuitBreaker.Counting;
using Microsoft.Extensions.Time.Testing;

namespace Http.CircuitBreaker.Tests.Support;

/// <summary>One circuit, a clock that the test moves, and a short hand for calls: S success, F failure, X ignored, R rejected.</summary>
internal sealed class Scenario : ICircuitEvents
{
    private readonly FakeTimeProvider _time = new();
    private readonly MonotonicClock _clock;
    private readonly Random _random = new(1);
    private readonly List<CircuitStateChange> _changes = [];

    /// <param name="change">Changes the settings that scenarios have unless they say otherwise.</param>
    public Scenario(Func<CircuitSettings, CircuitSettings>? change = null)
    {
        _clock = new MonotonicClock(_time);
        Circuit = new Circuit(
            CircuitKey.For("client", new Uri("http://host")),
            change?.Invoke(Defaults) ?? Defaults,
            new CircuitContext(_clock, _random.NextDouble, this));
    }

    public static CircuitSettings Defaults { get; } = new()
    {
        Mode = CircuitBreakerMode.Enforce,
        FailureRatio = 0.5,
        MinimumThroughput = 4,
        SamplingDuration = 10_000,
        ConsecutiveFailures = 0,
        SlowCallDuration = 0,
        BreakDuration = 30_000,
        MaxBreakDuration = 600_000,
        BreakJitter = 0,
        OnRetryAfter = RetryAfterMode.Extend,
        HalfOpenProbes = 1,
        ProbeTimeout = 60_000,
    };

    public static Verdict Failure { get; } = Verdict.Failure("500");

    public Circuit Circuit { get; }

    public long Now => _clock.Now;

    public CircuitState State => Circuit.State;

    public IReadOnlyList<CircuitStateChange> Changes => _changes;

    public IEnumerable<string> Path => _changes.Select(change => $"{change.PreviousState} -> {change.State}");

    public CircuitSnapshot Snapshot => Circuit.Snapshot(Now, _time.GetUtcNow(), null);

    /// <summary>What an observer of this circuit does.</summary>
    public Action<CircuitStateChange> OnChange { get; set; } = _ => { };

    /// <summary>Makes calls one after the other, each judged at once: <c>"F F S R"</c>.</summary>
    public Scenario Calls(string calls)
    {
        foreach (var call in calls.Where(char.IsAsciiLetter))
        {
            if (call == 'R')
            {
                Assert.Equal(Admission.Rejected, Circuit.TryAdmit(Now, out _));
            }
            else
            {
                End(Start(), VerdictOf(call));
            }
        }

        return this;
    }

    /// <summary>Makes so many calls alike.</summary>
    public Scenario Calls(int count, char call) => Calls(new string(call, count));

    public Permit Start()
    {
        Assert.Equal(Admission.Admitted, Circuit.TryAdmit(Now, out var permit));
        return permit;
    }

    public Permit[] Start(int count) => [.. Enumerable.Range(0, count).Select(_ => Start())];

    public Scenario End(in Permit permit, char call) => End(in permit, VerdictOf(call));

    public Scenario End(in Permit permit, in Verdict verdict)
    {
        permit.Settle(in verdict, Now);
        return this;
    }

    public Scenario After(double seconds)
    {
        _time.Advance(TimeSpan.FromSeconds(seconds));
        return this;
    }

    /// <summary>Asserts the state, so that a scenario reads in one line.</summary>
    public Scenario Is(CircuitState state)
    {
        Assert.Equal(state, State);
        return this;
    }

    public void OnStateChange(Circuit circuit, CircuitStateChange change)
    {
        lock (_changes)
        {
            _changes.Add(change);
        }

        OnChange(change);
    }

    private static Verdict VerdictOf(char call) => call switch
    {
        'S' => Verdict.Success,
        'F' => Failure,
        'X' => Verdict.Ignored,
        _ => throw new ArgumentOutOfRangeException(nameof(call), call, "S, F, X or R."),
    };
}
