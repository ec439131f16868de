using System.Runtime.CompilerServices;

namespace Http.CircuitBreaker.Counting;

/// <summary>Readings of one counter that only grows, one for each slice of time in which somebody asked for it.</summary>
/// <remarks>
/// A reading is one 64-bit word, slice number above and counter below, both modulo 2^32: it is read and written as a whole, without a
/// lock. A slot is replaced only by a newer slice, so a thread with a stale clock value does no harm. Slices are numbered from 1; the
/// word 0 is older than all of them. Counters are compared by difference, right up to 2^31 calls a window.
/// </remarks>
[InlineArray(Size)]
internal struct ReadingRing
{
    /// <summary>Ten slices and the two that overlap them at the ends.</summary>
    public const int Size = 12;

    private ulong _slot;

    public void Note(long slice, long count)
    {
        ref var slot = ref this[(int)(slice % Size)];
        var reading = ((ulong)(uint)slice << 32) | (uint)count;
        var present = Volatile.Read(ref slot);
        while ((int)((uint)slice - SliceOf(present)) > 0)
        {
            Interlocked.CompareExchange(ref slot, reading, present);
            present = Volatile.Read(ref slot);
        }
    }

    /// <summary>The counter at the start of slice <paramref name="first"/>: nothing happened between that and the first reading since.</summary>
    public bool TryRead(long first, long last, out uint count)
    {
        for (var slice = Math.Max(first, 1); slice <= last; slice++)
        {
            var reading = Volatile.Read(ref this[(int)(slice % Size)]);
            if (SliceOf(reading) == (uint)slice)
            {
                count = (uint)reading;
                return true;
            }
        }

        count = 0;
        return false;
    }

    private static uint SliceOf(ulong reading) => (uint)(reading >> 32);
}
