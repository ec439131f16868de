namespace Http.CircuitBreaker.Counting;

/// <summary>Judges by its number of calls at each sweep of the registry whether a circuit is in use.</summary>
/// <remarks>
/// The state is the number of calls and the time at which it changed, each modulo 2^16 in one number, because a struct would cost another
/// 8 bytes per host. An overflow only postpones the eviction to a later sweep.
/// </remarks>
internal static class RecentUse
{
    private const int Unit = 64;

    // At least a second. The time since the last sweep would be too short: with few circuits, sweeps are so frequent that even a busy
    // circuit may have no call between two of them.
    private const int MinIdleTime = (1_000 / Unit) + 2;

    /// <summary>Returns the state of a new circuit. A circuit that was called at most once is not in use.</summary>
    public static uint Create(long now) => Pack(0, (ushort)((now / Unit) - MinIdleTime));

    /// <summary>Whether the number of calls has changed at this sweep, or at one in the last second.</summary>
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
