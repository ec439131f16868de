namespace Http.CircuitBreaker.Benchmarks.Outages;

/// <summary>Random numbers that belong to a call, not to the order of the draws: every breaker meets the same calls with the same luck.</summary>
internal static class Luck
{
    public const ulong Seed = 20_260_101;

    /// <summary>In [0, 1), the same for the same question.</summary>
    public static double Of(LuckOf question, long number)
    {
        // SplitMix64: a bijection that spreads neighbouring inputs over the whole range.
        var z = Seed + (0x9E3779B97F4A7C15 * (((ulong)number * 8) + (ulong)question + 1));
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return ((z ^ (z >> 31)) >> 11) * (1.0 / (1UL << 53));
    }

    public static double Exponential(LuckOf question, long number, double mean) => -mean * Math.Log(1 - Of(question, number));
}
