using CsCheck;
using Http.CircuitBreaker.Circuits;
using Http.CircuitBreaker.Tests.Support;

namespace Http.CircuitBreaker.Tests.Circuits;

public sealed class BreakRuleTests
{
    private const long Day = 86_400_000;
    private readonly CircuitSettings _settings = CircuitScenario.Defaults with { BreakDuration = 5_000, MaxBreakDuration = 60_000, MaxRetryAfter = 90_000 };

    [Theory]
    [InlineData(1, 5_000)]
    [InlineData(2, 10_000)]
    [InlineData(3, 20_000)]
    [InlineData(4, 40_000)]
    [InlineData(5, 60_000)]
    [InlineData(6, 60_000)]
    [InlineData(1_000, 60_000)]
    [InlineData(int.MaxValue, 60_000)]
    public void Break_doubles_up_to_its_maximum(int opening, long expected) =>
        Assert.Equal(expected, BreakRule.BreakDuration(_settings, opening, 0, 0));

    [Fact]
    public void Break_length_does_not_overflow_with_the_largest_settings()
    {
        var largest = _settings with { BreakDuration = Day, MaxBreakDuration = Day, MaxRetryAfter = Day, BreakJitter = 1 };

        Assert.All(Enumerable.Range(1, 1_000), n => Assert.InRange(BreakRule.BreakDuration(largest, n, long.MaxValue, 0.999), Day, 2 * Day));
    }

    [Fact]
    public void BreakDuration_of_100_ms_doubles_until_it_reaches_24_hours()
    {
        var settings = _settings with { BreakDuration = 100, MaxBreakDuration = Day };

        Assert.Equal(100 << 19, BreakRule.BreakDuration(settings, 20, 0, 0));
        Assert.Equal(Day, BreakRule.BreakDuration(settings, 21, 0, 0));
    }

    [Fact]
    public void Jitter_never_shortens_a_break_and_covers_its_entire_range()
    {
        var settings = _settings with { BreakJitter = 0.5 };
        var breaks = Breaks();

        Assert.All(breaks, b => Assert.InRange(b, 5_000, 7_500));
        Assert.True(breaks.Min() < 5_100 && breaks.Max() > 7_400 && breaks.Distinct().Count() > 500);
        Assert.Equal(breaks, Breaks());

        // A fixed seed gives the same values in each run.
        long[] Breaks()
        {
            var random = new Random(42);
            return [.. Enumerable.Range(0, 1_000).Select(_ => FirstBreak(settings, random.NextDouble))];
        }
    }

    [Theory]
    [InlineData(45_000, 45_000)]
    [InlineData(4_000, 5_000)]
    [InlineData(3_600_000, 90_000)]
    public void Retry_After_may_exceed_MaxBreakDuration_up_to_MaxRetryAfter(long retryAfter, long expected) =>
        Assert.Equal(expected, BreakRule.BreakDuration(_settings with { MaxBreakDuration = 5_000 }, 1, retryAfter, 0));

    [Theory]
    [InlineData(RetryAfterHandling.Extend, 90_000 + 6_000)]
    [InlineData(RetryAfterHandling.Ignore, 60_000 + 6_000)]
    public void LongestBreak_includes_MaxRetryAfter_and_jitter(RetryAfterHandling mode, long expected) =>
        Assert.Equal(expected, BreakRule.LongestBreak(_settings with { RetryAfterHandling = mode, BreakJitter = 0.1 }));

    [Fact]
    public void Jitter_is_a_share_of_BreakDuration_even_if_Retry_After_is_longer() =>
        Assert.Equal(45_000 + 2_500, BreakRule.BreakDuration(_settings with { BreakJitter = 0.5 }, 1, 45_000, 1));

    [Fact]
    public void Break_length_matches_the_formula_for_random_settings() =>
        Gen.Select(Gen.Int[100, 100_000], Gen.Int[0, 100_000], Gen.Int[1, 40], Gen.Int[0, 200_000], Gen.Double[0, 0.999], Gen.Enum<RetryAfterHandling>())
            .Sample((duration, more, n, retryAfter, random, mode) =>
            {
                var settings = _settings with { BreakDuration = duration, MaxBreakDuration = duration + more, BreakJitter = 0.3, RetryAfterHandling = mode };
                var expected = Math.Min(settings.MaxBreakDuration, duration * Math.Pow(2, n - 1));
                var jitter = expected * 0.3 * random;
                expected = mode == RetryAfterHandling.Ignore ? expected : Math.Max(expected, Math.Min(retryAfter, settings.MaxRetryAfter));

                Assert.Equal(expected + jitter, BreakRule.BreakDuration(settings, n, retryAfter, random), tolerance: 1.0);
            });

    private static long FirstBreak(CircuitSettings settings, Func<double> random)
    {
        var circuit = new CircuitHarness(_ => settings, random);
        circuit.Fail(4);
        return (long)(circuit.BreakSeconds * 1_000);
    }
}
