using System.Runtime.InteropServices;

namespace Http.CircuitBreaker.Counting;

/// <summary>An odometer: how many calls started and how they ended. Nothing is ever reset; everything over time is a difference of two readings.</summary>
/// <remarks>
/// A call changes two words. They are 64 bytes apart, and the first is far enough from the object in front, so that a thread that
/// starts a call and one that ends a call do not fight for one cache line.
/// </remarks>
[StructLayout(LayoutKind.Explicit, Size = 112)]
internal sealed class CallCounters
{
    [FieldOffset(24)]
    private long _started;

    [FieldOffset(88)]
    private long _succeeded;

    [FieldOffset(96)]
    private long _failed;

    [FieldOffset(104)]
    private long _ignored;

    public long Started => Volatile.Read(ref _started);

    public CallTotals Ended => new(Volatile.Read(ref _succeeded), Volatile.Read(ref _failed), Volatile.Read(ref _ignored));

    // Ended is read first: a call that ends in between is then still in flight, never less than nothing.
    public long InFlight
    {
        get
        {
            var ended = Ended.Count;
            return Started - ended;
        }
    }

    public void Start() => Interlocked.Increment(ref _started);

    /// <summary>For an admission that found its phase over.</summary>
    public void TakeBackStart() => Interlocked.Decrement(ref _started);

    public void Succeed() => Interlocked.Increment(ref _succeeded);

    public void Fail() => Interlocked.Increment(ref _failed);

    public void Ignore() => Interlocked.Increment(ref _ignored);

    public void End(CircuitOutcome outcome)
    {
        switch (outcome)
        {
            case CircuitOutcome.Success: Succeed(); break;
            case CircuitOutcome.Failure: Fail(); break;
            default: Ignore(); break;
        }
    }
}
