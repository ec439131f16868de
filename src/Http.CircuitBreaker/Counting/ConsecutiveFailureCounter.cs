namespace Http.CircuitBreaker.Counting;

/// <summary>How many failures there were in a row, and since when: one word, read and written as a whole.</summary>
/// <remarks>
/// The upper half is the time of the row's first failure, modulo 2^32 milliseconds, the lower half the number of failures; 0 = no row. A row
/// that began more than 24 days ago is taken for one that has just begun.
/// </remarks>
internal struct ConsecutiveFailureCounter
{
    private ulong _row;

    public readonly int Count => (int)(uint)_row;

    /// <summary>Counts one more failure; what the row is with it.</summary>
    public (int Count, long Duration) Add(long now)
    {
        var present = Volatile.Read(ref _row);
        while (true)
        {
            var next = Next(present, now);
            var found = Interlocked.CompareExchange(ref _row, next, present);
            if (found == present)
            {
                return ((int)(uint)next, Math.Max(0, (int)((uint)now - (uint)(next >> 32))));
            }

            present = found;
        }
    }

    /// <summary>A success writes only where there is something to clear: the word stays shared between the processors.</summary>
    public void Clear()
    {
        if (Volatile.Read(ref _row) != 0)
        {
            Volatile.Write(ref _row, 0);
        }
    }

    private static ulong Next(ulong row, long now)
    {
        if (row == 0)
        {
            return ((ulong)(uint)now << 32) | 1;
        }

        return (uint)row == int.MaxValue ? row : row + 1;
    }
}
