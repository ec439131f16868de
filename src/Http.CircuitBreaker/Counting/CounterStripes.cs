using System.Numerics;
using System.Runtime.InteropServices;

namespace Http.CircuitBreaker.Counting;

/// <summary>The two counters that every call changes, once for each processor: threads that run at the same time change different cache lines.</summary>
/// <remarks>
/// A call may start on one processor and end on another: only the sums mean anything. At most eight stripes, a kilobyte; with more processors
/// some share one, which is still an eighth of the fight.
/// </remarks>
internal sealed class CounterStripes
{
    private const int Most = 8;

    private readonly Stripe[] _stripes = new Stripe[CountFor(Environment.ProcessorCount)];

    public long Started
    {
        get
        {
            var sum = 0L;
            foreach (ref var stripe in _stripes.AsSpan())
            {
                sum += Volatile.Read(ref stripe.Started);
            }

            return sum;
        }
    }

    public long Succeeded
    {
        get
        {
            var sum = 0L;
            foreach (ref var stripe in _stripes.AsSpan())
            {
                sum += Volatile.Read(ref stripe.Succeeded);
            }

            return sum;
        }
    }

    private ref Stripe Mine => ref _stripes[IndexOf(Thread.GetCurrentProcessorId(), _stripes.Length)];

    /// <summary>How many stripes: a power of two.</summary>
    public static int CountFor(int processors) => (int)BitOperations.RoundUpToPowerOf2((uint)Math.Min(processors, Most));

    /// <summary>Which one is a processor's.</summary>
    public static int IndexOf(int processor, int count) => processor & (count - 1);

    public void Start() => Interlocked.Increment(ref Mine.Started);

    public void Succeed() => Interlocked.Increment(ref Mine.Succeeded);

    // In the middle of two cache lines' length: whatever the array's alignment, two stripes never share a line.
    [StructLayout(LayoutKind.Explicit, Size = 128)]
    private struct Stripe
    {
        [FieldOffset(56)]
        public long Started;

        [FieldOffset(64)]
        public long Succeeded;
    }
}
