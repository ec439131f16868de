namespace Http.CircuitBreaker.Counting;

/// <summary>How many calls ended, by outcome.</summary>
internal readonly record struct CallTotals(long Succeeded, long Failed, long Ignored)
{
    public long Count => Succeeded + Failed + Ignored;

    public static CallTotals operator +(CallTotals left, CallTotals right) =>
        new(left.Succeeded + right.Succeeded, left.Failed + right.Failed, left.Ignored + right.Ignored);

    public static CallTotals operator -(CallTotals left, CallTotals right) =>
        new(left.Succeeded - right.Succeeded, left.Failed - right.Failed, left.Ignored - right.Ignored);
}

/// <summary>Results that are evidence for or against the host.</summary>
internal readonly record struct CallEvidence(long Succeeded, long Failed)
{
    public static CallEvidence operator -(CallEvidence left, CallEvidence right) =>
        new(left.Succeeded - right.Succeeded, left.Failed - right.Failed);
}

/// <summary>Cumulative counters of one circuit: admitted calls and their results. Never reset.</summary>
/// <remarks>
/// A late result, of a call that an earlier phase admitted, is part of the totals and not of the evidence. A result that races a change of
/// phase may be counted on either side. Failures are read first, so that a race can only make the host look better.
/// </remarks>
internal sealed class CallCounters
{
    private long _started;
    private long _succeeded;
    private long _failed;
    private long _ignored;
    private long _lateSucceeded;
    private long _lateFailed;
    private Silence _silence;

    public ref Silence Silence => ref _silence;

    public long Started => Volatile.Read(ref _started);

    public CallTotals Totals => new(
        Failed: Volatile.Read(ref _failed), Succeeded: Volatile.Read(ref _succeeded), Ignored: Volatile.Read(ref _ignored));

    /// <summary>Admitted calls without a result. The results are read first, so a call that ends in between is still in flight.</summary>
    public long InFlight => -Totals.Count + Started;

    /// <summary>The totals without the late results.</summary>
    public CallEvidence Evidence =>
        new CallEvidence(Failed: Volatile.Read(ref _failed), Succeeded: Volatile.Read(ref _succeeded))
        - new CallEvidence(Failed: Volatile.Read(ref _lateFailed), Succeeded: Volatile.Read(ref _lateSucceeded));

    public void Start() => Interlocked.Increment(ref _started);

    /// <param name="outcome">The result of the call or of its body.</param>
    /// <param name="isBody">The headers were recorded as a success before, which a failed body turns into a failure.</param>
    public void End(CircuitOutcome outcome, bool isBody)
    {
        if (!isBody)
        {
            Interlocked.Increment(ref outcome == CircuitOutcome.Success ? ref _succeeded
                : ref outcome == CircuitOutcome.Failure ? ref _failed
                : ref _ignored);
        }
        else if (outcome == CircuitOutcome.Failure)
        {
            Interlocked.Decrement(ref _succeeded);
            Interlocked.Increment(ref _failed);
        }
    }

    public void EndLate(CircuitOutcome outcome, bool isBody)
    {
        if (outcome == CircuitOutcome.Failure)
        {
            Interlocked.Increment(ref _lateFailed);
            Interlocked.Add(ref _lateSucceeded, isBody ? -1 : 0);
        }
        else if (outcome == CircuitOutcome.Success && !isBody)
        {
            Interlocked.Increment(ref _lateSucceeded);
        }

        End(outcome, isBody);
    }
}
