using System.Runtime.InteropServices;

namespace Http.CircuitBreaker.Counting;

/// <summary>An odometer: how many calls started and how they ended. Nothing is ever reset; everything over time is a difference of two readings.</summary>
/// <remarks>
/// A call changes two words, its start and its end; one that succeeds at once changes a single word, as each such change is a good part of
/// what that call costs. The two are 64 bytes apart, and the first is far enough from the object in front, so that a thread that starts a call and one
/// that ends a call do not fight for one cache line. Where several processors count very often, the three are spread over stripes, and each
/// processor has its own from then on; an ordinary circuit has none.
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

    [FieldOffset(48)]
    private CallTotals _folded;

    [FieldOffset(88)]
    private long _succeeded;

    [FieldOffset(96)]
    private long _failed;

    [FieldOffset(104)]
    private long _ignored;

    [FieldOffset(112)]
    private long _failedInBody;

    [FieldOffset(120)]
    private long _succeededAtOnce;

    public bool IsSpread => Volatile.Read(ref _stripes) is not null;

    public long Started => StartedToEnd + SucceededAtOnce;

    /// <summary>A call that failed in its body was a success before: it moves, in one step, from the one to the other.</summary>
    /// <remarks>Failures are read first: calls that end in between can only make the host look better than it was, never worse.</remarks>
    public CallTotals Ended
    {
        get
        {
            var moved = Volatile.Read(ref _failedInBody);
            var failed = Volatile.Read(ref _failed);
            return new CallTotals(Succeeded + SucceededAtOnce - moved, failed + moved, Volatile.Read(ref _ignored));
        }
    }

    /// <summary>What has ended since the last folding.</summary>
    public CallTotals EndedSinceFolded => Ended - _folded;

    // What ended is read first: a call that ends in between is then still in flight, never less than nothing.
    public long InFlight
    {
        get
        {
            var ended = Succeeded + Volatile.Read(ref _failed) + Volatile.Read(ref _ignored);
            return StartedToEnd - ended;
        }
    }

    private long StartedToEnd => Volatile.Read(ref _started) + (Volatile.Read(ref _stripes)?.Started ?? 0);

    private long Succeeded => Volatile.Read(ref _succeeded) + (Volatile.Read(ref _stripes)?.Succeeded ?? 0);

    private long SucceededAtOnce => Volatile.Read(ref _succeededAtOnce) + (Volatile.Read(ref _stripes)?.SucceededAtOnce ?? 0);

    public void Start(long now)
    {
        if (Volatile.Read(ref _stripes) is { } stripes)
        {
            stripes.Start();
        }
        else
        {
            LookAtTimes(Interlocked.Increment(ref _started), now);
        }
    }

    /// <summary>For a call that nobody saw in flight: its start and its end in one.</summary>
    public void SucceedAtOnce(long now)
    {
        if (Volatile.Read(ref _stripes) is { } stripes)
        {
            stripes.SucceedAtOnce();
        }
        else
        {
            LookAtTimes(Interlocked.Increment(ref _succeededAtOnce), now);
        }
    }

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

    /// <summary>For a ledger that takes over what has ended since it did so last. Under its lock.</summary>
    public CallTotals Fold()
    {
        var ended = Ended;
        var unfolded = ended - _folded;
        _folded = ended;
        return unfolded;
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

    private void LookAtTimes(long count, long now)
    {
        if ((count & (LookEvery - 1)) == 0)
        {
            Look(now, Thread.GetCurrentProcessorId());
        }
    }
}
