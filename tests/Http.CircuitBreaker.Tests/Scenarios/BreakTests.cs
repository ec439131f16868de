using Http.CircuitBreaker.Circuits;
using Http.CircuitBreaker.Tests.Support;
using static Http.CircuitBreaker.CircuitState;

namespace Http.CircuitBreaker.Tests.Scenarios;

/// <summary>Scenarios 18 to 20.</summary>
public sealed class BreakTests
{
    private static Scenario Short() => new(s => s with { BreakDuration = 5_000, MaxBreakDuration = 60_000 });

    [Fact]
    public void Breaks_double_up_to_the_longest_while_probes_fail()
    {
        var circuit = Short().Calls("F F F F");
        for (var i = 0; i < 5; i++)
        {
            circuit.After(60).Calls("F").Is(Open);
        }

        Assert.Equal([5, 10, 20, 40, 60, 60], Breaks(circuit));
        Assert.Equal([1, 2, 3, 4, 5, 6], Openings(circuit));
    }

    [Fact]
    public void A_healthy_window_makes_the_next_opening_a_first_one()
    {
        var circuit = Short().Calls("F F F F").After(5).Calls("F").After(10).Calls("S").Is(Closed);

        circuit.Calls("S S S S").After(10).Calls("F F F F").Is(Open);

        Assert.Equal([5, 10, 5], Breaks(circuit));
    }

    [Theory]
    [InlineData("", 10)] // A window without traffic is no evidence of health,
    [InlineData("S S S", 10)] // nor is one with too few calls,
    [InlineData("S S S S", 9)] // nor a phase shorter than a window.
    public void Without_evidence_of_health_the_break_goes_on_growing(string calls, double seconds)
    {
        var circuit = Short().Calls("F F F F").After(5).Calls("S").Is(Closed);

        circuit.Calls(calls).After(seconds).Calls("F F F F").Is(Open);

        Assert.Equal([5, 10], Breaks(circuit));
    }

    [Theory]
    [InlineData(RetryAfterMode.Extend, 45, 45)]
    [InlineData(RetryAfterMode.Extend, 3, 5)]
    [InlineData(RetryAfterMode.Extend, 3600, 60)]
    [InlineData(RetryAfterMode.Extend, 0, 5)]
    [InlineData(RetryAfterMode.Open, 45, 45)]
    [InlineData(RetryAfterMode.Ignore, 45, 5)]
    public void Retry_After_of_the_failure_that_opens_extends_the_break(RetryAfterMode mode, int seconds, int expected)
    {
        var circuit = new Scenario(s => s with { BreakDuration = 5_000, MaxBreakDuration = 60_000, OnRetryAfter = mode, MinimumThroughput = 1 });

        circuit.End(circuit.Start(), Verdict.Failure("503", seconds * 1_000)).Is(Open);

        Assert.Equal([expected], Breaks(circuit));
    }

    [Fact]
    public void Retry_After_opens_at_once_where_the_options_say_so()
    {
        var circuit = new Scenario(s => s with { OnRetryAfter = RetryAfterMode.Open, HalfOpenProbes = 3, FailureRatio = 1 });

        circuit.End(circuit.Start(), Verdict.Failure("503", 1_000)).Is(Open).After(30);
        Assert.Equal(CircuitTransitionReason.RetryAfter, circuit.Changes[^1].Reason);

        circuit.End(circuit.Start(), Verdict.Failure("503", 1_000)).Is(Open);
        Assert.Equal(CircuitTransitionReason.RetryAfter, circuit.Changes[^1].Reason);
    }

    [Fact]
    public void Jitter_only_lengthens_a_break_and_spreads_it()
    {
        var settings = Scenario.Defaults with { BreakJitter = 0.5 };
        var random = new Random(7);
        var breaks = Enumerable.Range(0, 1_000).Select(_ => BreakRule.Duration(settings, 1, 0, random.NextDouble())).ToList();

        Assert.All(breaks, duration => Assert.InRange(duration, 30_000, 45_000));
        Assert.True(breaks.Distinct().Count() > 900, "The breaks are not spread.");
        Assert.InRange(breaks.Average(), 36_500, 38_500);
    }

    [Fact]
    public void Jitter_is_reproducible_with_a_seed()
    {
        Scenario Opened() => new Scenario(s => s with { BreakJitter = 0.5 }).Calls("F F F F");

        Assert.Equal(Breaks(Opened()), Breaks(Opened()));
    }

    [Fact]
    public void The_largest_settings_do_not_overflow()
    {
        const long Day = 86_400_000;
        var settings = Scenario.Defaults with { BreakDuration = Day, MaxBreakDuration = Day, BreakJitter = 1 };

        Assert.Equal(2 * Day, BreakRule.Duration(settings, int.MaxValue, long.MaxValue, 1));
    }

    private static IEnumerable<double> Breaks(Scenario circuit) =>
        circuit.Changes.Where(change => change.State == Open).Select(change => change.BreakDuration!.Value.TotalSeconds);

    private static IEnumerable<int> Openings(Scenario circuit) =>
        circuit.Changes.Where(change => change.State == Open).Select(change => change.OpeningsInARow);
}
