using System.Runtime.InteropServices;

namespace Http.CircuitBreaker.Counting;

/// <summary>An odometer: how many calls started and how they ended. Nothing is ever reset; everything over time is a difference of two readings.</summary>
/// <remarks>
/// A call changes two words. They are 64 bytes apart, and the first is far enough from the object in front, so that a thread that
/// starts a call and one that ends a call do not fight for one cache line. Where several processors count very often, the two are spread
/// over stripes, and each processor has its own from then on; an ordinary circuit has none.
/// </remarks>
[StructLayout(LayoutKind.Explicit, Size = 128)]
internal sealed class CallCounters
{
    // Looked at once in so many calls, which is a power of two. That many within one tick of the clock, of 4 to 16 ms, are often.
    private const int LookEvery = 256;

    [FieldOffset(0)]
    private CounterStripes? _stripes;

    [FieldOffset(24)]
    private long _started;

    [FieldOffset(32)]
    private Contention _contention;

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

    public bool IsSpread => Volatile.Read(ref _stripes) is not null;

    public long Started => Volatile.Read(ref _started) + (Volatile.Read(ref _stripes)?.Started ?? 0);

    /// <summary>A call that failed in its body was a success before: it moves, in one step, from the one to the other.</summary>
    /// <remarks>Failures are read first: calls that end in between can only make the host look better than it was, never worse.</remarks>
    public CallTotals Ended
    {
        get
        {
            var moved = Volatile.Read(ref _failedInBody);
            var failed = Volatile.Read(ref _failed);
            return new CallTotals(Succeeded - moved, failed + moved, Volatile.Read(ref _ignored));
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

    private long Succeeded => Volatile.Read(ref _succeeded) + (Volatile.Read(ref _stripes)?.Succeeded ?? 0);

    public void Start(long now)
    {
        if (Volatile.Read(ref _stripes) is { } stripes)
        {
            stripes.Start();
        }
        else if ((Interlocked.Increment(ref _started) & (LookEvery - 1)) == 0)
        {
            Look(now, Thread.GetCurrentProcessorId());
        }
    }

    /// <summary>For an admission that found its phase over.</summary>
    public void TakeBackStart() => Interlocked.Decrement(ref _started);

    public void Succeed()
    {
        if (Volatile.Read(ref _stripes) is { } stripes)
        {
            stripes.Succeed();
        }
        else
        {
            Interlocked.Increment(ref _succeeded);
        }
    }

    public void Fail() => Interlocked.Increment(ref _failed);

    public void Ignore() => Interlocked.Increment(ref _ignored);

    public void FailInBody() => Interlocked.Increment(ref _failedInBody);

    /// <summary>For a ledger that takes these counters over: the sums as it knows them from now on. Under its lock, like the next.</summary>
    public CallTotals Fold()
    {
        var moved = _failedInBodyAsFolded = Volatile.Read(ref _failedInBody);
        return new(Succeeded - moved, Volatile.Read(ref _failed) + moved, Volatile.Read(ref _ignored));
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

    /// <summary>Spreads the counters if this processor and others count at the same time.</summary>
    public void Look(long now, int processor)
    {
        if (_contention.IsFound(now, processor))
        {
            Interlocked.CompareExchange(ref _stripes, new CounterStripes(), null);
        }
    }
}
