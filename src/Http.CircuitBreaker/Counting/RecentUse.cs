namespace Http.CircuitBreaker.Counting;

/// <summary>Whether a circuit is in use, judged by its number of calls at each sweep of the registry.</summary>
/// <param name="now">The time at which the circuit was created. A circuit that was called at most once is not in use.</param>
internal struct RecentUse(long now)
{
    // With few circuits, sweeps follow each other so closely that even a busy circuit has no call in between.
    private const int MinIdleTime = 1_000;

    private uint _calls;

    // In milliseconds modulo 2^32, to save memory.
    private uint _calledAt = (uint)now - MinIdleTime;

    /// <summary>Whether the number of calls has changed at this sweep, or at one less than a second ago.</summary>
    public bool Update(uint calls, long now)
    {
        if (calls > 1 && calls != _calls)
        {
            (_calls, _calledAt) = (calls, (uint)now);
        }

        return (uint)now - _calledAt < MinIdleTime;
    }
}
