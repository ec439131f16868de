namespace Http.CircuitBreaker.Benchmarks.Outages;

/// <summary>The quantities drawn at random. Draws of the same call are independent of each other.</summary>
internal enum Draw
{
    Arrival,
    Service,
    Response,
    Jitter,
    Replica,
    Key,
    Caller,
    Policy,
}

/// <summary>
/// Random numbers that depend on the number of the call, not on the order of draws, so that every breaker sees the same calls.
/// </summary>
internal static class SeededRandom
{
    public const ulong Seed = 20_260_101;

    /// <summary>Returns a number in [0, 1), always the same for the same arguments.</summary>
    public static double Uniform(Draw draw, long number)
    {
        // SplitMix64: a bijection that spreads neighbouring inputs over the whole range.
        var z = Seed + (0x9E3779B97F4A7C15 * (((ulong)number * 8) + (ulong)draw + 1));
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return ((z ^ (z >> 31)) >> 11) * (1.0 / (1UL << 53));
    }

    public static double Exponential(Draw draw, long number, double mean) => -mean * Math.Log(1 - Uniform(draw, number));
}
