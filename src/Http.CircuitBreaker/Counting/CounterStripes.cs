using System.Numerics;

namespace Http.CircuitBreaker.Counting;

/// <summary>The counters that every call changes, once for each processor: threads that run at the same time change different cache lines.</summary>
/// <remarks>
/// A call may start on one processor and end on another: only the sums mean anything. At most eight stripes, a kilobyte; with more processors
/// some share one, which is still an eighth of the fight.
/// </remarks>
internal sealed class CounterStripes
{
    private const int Most = 8;

    // Words: the length of two cache lines, with the counters in its middle. Whatever the array's alignment, two stripes never share a line.
    private const int StripeLength = 16;

    private const int StartedAt = 7;
    private const int SucceededAt = 8;
    private const int SucceededAtOnceAt = 9;

    private static readonly int _count = CountFor(Environment.ProcessorCount);

    private readonly long[] _words = new long[_count * StripeLength];

    public long Started => Sum(StartedAt);

    public long Succeeded => Sum(SucceededAt);

    public long SucceededAtOnce => Sum(SucceededAtOnceAt);

    /// <summary>How many stripes: a power of two.</summary>
    public static int CountFor(int processors) => (int)BitOperations.RoundUpToPowerOf2((uint)Math.Min(processors, Most));

    /// <summary>Where a processor's stripe begins.</summary>
    public static int StartOf(int processor, int count) => (processor & (count - 1)) * StripeLength;

    public void Start() => Interlocked.Increment(ref Mine(StartedAt));

    public void Succeed() => Interlocked.Increment(ref Mine(SucceededAt));

    public void SucceedAtOnce() => Interlocked.Increment(ref Mine(SucceededAtOnceAt));

    private ref long Mine(int word) => ref _words[StartOf(Thread.GetCurrentProcessorId(), _count) + word];

    private long Sum(int word)
    {
        var sum = 0L;
        for (var i = word; i < _words.Length; i += StripeLength)
        {
            sum += Volatile.Read(ref _words[i]);
        }

        return sum;
    }
}
