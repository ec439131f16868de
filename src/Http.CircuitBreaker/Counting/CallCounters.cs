namespace Http.CircuitBreaker.Counting;

/// <summary>The number of completed calls, by outcome.</summary>
internal readonly record struct CallTotals(long Succeeded, long Failed, long Ignored)
{
    public long Count => Succeeded + Failed + Ignored;

    public static CallTotals operator +(CallTotals left, CallTotals right) =>
        new(left.Succeeded + right.Succeeded, left.Failed + right.Failed, left.Ignored + right.Ignored);

    public static CallTotals operator -(CallTotals left, CallTotals right) =>
        new(left.Succeeded - right.Succeeded, left.Failed - right.Failed, left.Ignored - right.Ignored);
}

/// <summary>The results that count toward the failure ratio.</summary>
internal readonly record struct CallEvidence(long Succeeded, long Failed)
{
    public static CallEvidence operator -(CallEvidence left, CallEvidence right) =>
        new(left.Succeeded - right.Succeeded, left.Failed - right.Failed);
}

/// <summary>A circuit's cumulative counters for admitted calls and their results. The counters are never reset.</summary>
/// <remarks>
/// Late results count in the totals, but not toward the failure ratio. A result is late if its call was admitted in an earlier phase, or
/// was sent in Observe mode instead of being rejected. A result that arrives during a phase change may count for either phase or for both.
/// </remarks>
internal sealed class CallCounters
{
    private long _started;
    private long _succeeded;
    private long _failed;
    private long _ignored;

    // Late results have separate counters, so that they never affect the failure ratio, not even for a moment.
    private long _lateSucceeded;
    private long _lateFailed;
    private Silence _silence;
    private UsualDuration? _usual;

    public ref Silence Silence => ref _silence;

    /// <summary>How long the host usually takes to send response headers; null if slowness detection is off.</summary>
    public UsualDuration? Usual => Volatile.Read(ref _usual);

    public long Started => Volatile.Read(ref _started);

    public CallTotals Totals => new(
        Failed: Volatile.Read(ref _failed) + Volatile.Read(ref _lateFailed),
        Succeeded: Volatile.Read(ref _succeeded) + Volatile.Read(ref _lateSucceeded),
        Ignored: Volatile.Read(ref _ignored));

    /// <summary>The number of admitted calls without a result. Results are read before admissions, so it is never negative.</summary>
    public long InFlight => -Totals.Count + Started;

    /// <summary>The successes and failures, excluding late results.</summary>
    public CallEvidence Evidence => new(Failed: Volatile.Read(ref _failed), Succeeded: Volatile.Read(ref _succeeded));

    public void DetectSlowness(bool isOn) => Volatile.Write(ref _usual, isOn ? _usual ?? new UsualDuration() : null);

    public void Start() => Interlocked.Increment(ref _started);

    /// <param name="outcome">The result of the call or of its body.</param>
    /// <param name="isBody">Whether the result is for the body rather than the call. A failed body turns a success into a failure.</param>
    public void End(CircuitOutcome outcome, bool isBody) => End(ref _succeeded, ref _failed, outcome, isBody);

    public void EndLate(CircuitOutcome outcome, bool isBody) => End(ref _lateSucceeded, ref _lateFailed, outcome, isBody);

    private void End(ref long succeeded, ref long failed, CircuitOutcome outcome, bool isBody)
    {
        if (!isBody)
        {
            Interlocked.Increment(ref outcome == CircuitOutcome.Success ? ref succeeded
                : ref outcome == CircuitOutcome.Failure ? ref failed
                : ref _ignored);
        }
        else if (outcome == CircuitOutcome.Failure)
        {
            Interlocked.Decrement(ref succeeded);
            Interlocked.Increment(ref failed);
        }
    }
}
