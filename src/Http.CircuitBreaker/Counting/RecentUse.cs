namespace Http.CircuitBreaker.Counting;

/// <summary>Decides at each sweep of the registry whether a circuit is in use, based on its number of calls.</summary>
/// <remarks>
/// The state is one number, because a struct would need another 8 bytes per host. The upper 16 bits contain the number of calls, and the
/// lower 16 bits contain the time at which that number last changed, both modulo 2^16. Because these values wrap around, a sweep may keep
/// an idle circuit or, after exactly 65,536 calls since the previous sweep, evict a busy one.
/// </remarks>
internal static class RecentUse
{
    private const int Unit = 64;

    // A circuit is idle after at least one second without calls. The time between two sweeps is too short to tell: a registry with few
    // circuits is swept so often that even a busy circuit may receive no call in between.
    private const int MinIdleTime = (1_000 / Unit) + 2;

    /// <summary>Returns the state of a new circuit, which does not count as in use until its second call.</summary>
    public static uint Create(long now) => Pack(0, (ushort)((now / Unit) - MinIdleTime));

    /// <summary>
    /// Updates the state at a sweep. Returns true if the number of calls has changed since the previous sweep or during the last second.
    /// </summary>
    public static bool Update(ref uint state, uint calls, long now)
    {
        var time = (ushort)(now / Unit);
        if (calls > 1 && (ushort)calls != state >> 16)
        {
            state = Pack((ushort)calls, time);
        }

        return (ushort)(time - state) < MinIdleTime;
    }

    private static uint Pack(ushort calls, ushort time) => ((uint)calls << 16) | time;
}
