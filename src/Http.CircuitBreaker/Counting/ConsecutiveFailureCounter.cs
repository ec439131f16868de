namespace Http.CircuitBreaker.Counting;

/// <summary>A run of failures without a success in between; <paramref name="Duration"/> in milliseconds, from its first failure.</summary>
internal readonly record struct ConsecutiveFailures(int Count, long Duration);

/// <summary>Counts consecutive failures without a lock.</summary>
/// <remarks>
/// One word holds both parts, so that they change together: the time of the first failure, modulo 2^32 milliseconds, above the number of
/// failures. A run that began more than 24 days ago is taken for one that has just begun.
/// </remarks>
internal struct ConsecutiveFailureCounter
{
    private ulong _run;

    public readonly int Count => (int)(uint)_run;

    public ConsecutiveFailures Add(long now)
    {
        var present = Volatile.Read(ref _run);
        while (true)
        {
            var next = Next(present, now);
            var found = Interlocked.CompareExchange(ref _run, next, present);
            if (found == present)
            {
                return new ConsecutiveFailures((int)(uint)next, Math.Max(0, (int)((uint)now - (uint)(next >> 32))));
            }

            present = found;
        }
    }

    /// <summary>Writes only where there is a run, so that the word stays shared between processors.</summary>
    public void Clear()
    {
        if (Volatile.Read(ref _run) != 0)
        {
            Volatile.Write(ref _run, 0);
        }
    }

    private static ulong Next(ulong run, long now)
    {
        if (run == 0)
        {
            return ((ulong)(uint)now << 32) | 1;
        }

        return (uint)run == int.MaxValue ? run : run + 1;
    }
}
