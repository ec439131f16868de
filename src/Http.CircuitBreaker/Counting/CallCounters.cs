using System.Runtime.InteropServices;

namespace Http.CircuitBreaker.Counting;

/// <summary>An odometer: how many calls started and how they ended. Nothing is ever reset; everything over time is a difference of two readings.</summary>
/// <remarks>
/// A call changes two words. They are 64 bytes apart, and the first is far enough from the object in front, so that a thread that
/// starts a call and one that ends a call do not fight for one cache line.
/// </remarks>
[StructLayout(LayoutKind.Explicit, Size = 128)]
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

    [FieldOffset(112)]
    private long _failedInBody;

    [FieldOffset(120)]
    private long _failedInBodyAsFolded;

    public long Started => Volatile.Read(ref _started);

    /// <summary>A call that failed in its body was a success before: it moves, in one step, from the one to the other.</summary>
    /// <remarks>Failures are read first: calls that end in between can only make the host look better than it was, never worse.</remarks>
    public CallTotals Ended
    {
        get
        {
            var moved = Volatile.Read(ref _failedInBody);
            var failed = Volatile.Read(ref _failed);
            return new CallTotals(Volatile.Read(ref _succeeded) - moved, failed + moved, Volatile.Read(ref _ignored));
        }
    }

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

    public void FailInBody() => Interlocked.Increment(ref _failedInBody);

    /// <summary>For a ledger that takes these counters over: the sums as it knows them from now on. Under its lock, like the next.</summary>
    public CallTotals Fold()
    {
        var moved = _failedInBodyAsFolded = Volatile.Read(ref _failedInBody);
        return new(Volatile.Read(ref _succeeded) - moved, Volatile.Read(ref _failed) + moved, Volatile.Read(ref _ignored));
    }

    /// <summary>How many calls have failed in their body since they were folded, or since this was asked last.</summary>
    public long TakeFailedInBodySinceFolded()
    {
        var before = _failedInBodyAsFolded;
        _failedInBodyAsFolded = Volatile.Read(ref _failedInBody);
        return _failedInBodyAsFolded - before;
    }

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
