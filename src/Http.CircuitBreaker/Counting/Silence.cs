namespace Http.CircuitBreaker.Counting;

/// <summary>Learns how long a host's slowest answers take, and detects when the host stops answering.</summary>
/// <remarks>
/// The quiet time is roughly the time since the last answer. Each call that starts increases it, by at most 250 ms, so that a pause in this
/// process is not mistaken for a silent host. With concurrent updates, the number of unanswered calls may be off by a few.
/// </remarks>
internal struct Silence
{
    private const int MaxStep = 250;
    private const int MinQuiet = 3_000;
    private const int MinPatience = 1_000;
    private const int MinAbandonedWait = 100;
    private const uint HalfLife = 3_600_000;

    private long _lastStep;

    // These times are in milliseconds modulo 2^32, to save memory.
    private uint _slowestAt;
    private uint _markedAt;
    private int _slowest;
    private int _quiet;
    private int _quietAtMark;
    private int _waitingAtMark;
    private int _abandoned;
    private int _exempt;

    /// <summary>
    /// How long calls must wait before the host counts as silent: three times the duration of its slowest recent answer, but at least 1 s.
    /// </summary>
    public long Patience => Math.Max(MinPatience, 3L * Volatile.Read(ref _slowest));

    /// <summary>The longest tolerated time without an answer: <see cref="Patience"/>, but at least 3 s.</summary>
    public long Limit => Math.Max(MinQuiet, Patience);

    /// <summary>Restarts the quiet time for a new phase. Calls in flight belong to an earlier phase, so they are excluded.</summary>
    public void Restart(long inFlight)
    {
        EndQuiet();
        Volatile.Write(ref _exempt, (int)inFlight);
    }

    /// <summary>Adds the time since the last call or answer to the quiet time. Returns whether to check <see cref="IsReached"/>.</summary>
    public bool Advance(long now)
    {
        var last = Volatile.Read(ref _lastStep);
        return now > last
            && Interlocked.CompareExchange(ref _lastStep, now, last) == last
            && Interlocked.Add(ref _quiet, (int)Math.Min(MaxStep, now - last)) > MaxStep;
    }

    /// <summary>Whether the host has been silent for too long while at least <paramref name="minimum"/> calls wait for an answer.</summary>
    public bool IsReached(long now, long inFlight, int minimum)
    {
        var quiet = Volatile.Read(ref _quiet);
        if (Volatile.Read(ref _waitingAtMark) < minimum)
        {
            // Not enough calls were waiting yet, so start the patience period again.
            (_quietAtMark, _markedAt) = (quiet, (uint)now);
            Volatile.Write(ref _waitingAtMark, Unanswered(inFlight));
            return false;
        }

        return quiet >= Limit && quiet - Volatile.Read(ref _quietAtMark) >= Patience && Unanswered(inFlight) >= minimum;
    }

    /// <summary>The number of calls that are waiting for response headers, or were canceled after waiting too long.</summary>
    public int Unanswered(long inFlight) => (int)inFlight - Volatile.Read(ref _exempt) + Volatile.Read(ref _abandoned);

    /// <summary>Excludes calls from <see cref="Unanswered"/>, because they may wait indefinitely. A negative number undoes it.</summary>
    public void Exempt(int calls) => Interlocked.Add(ref _exempt, calls);

    public void End(long admittedAt, long now, bool isAnswer, bool isCanceled, bool isExempt)
    {
        if (isAnswer)
        {
            OnAnswer(now - admittedAt, now);
        }

        if (isExempt)
        {
            Interlocked.Decrement(ref _exempt);
        }
        else if (!isAnswer)
        {
            OnNoAnswer(admittedAt, now, isCanceled);
        }
    }

    private void OnAnswer(long elapsed, long now)
    {
        EndQuiet();
        if (now > Volatile.Read(ref _lastStep))
        {
            Volatile.Write(ref _lastStep, now);
        }

        if (elapsed > Volatile.Read(ref _slowest) || (uint)now - Volatile.Read(ref _slowestAt) >= HalfLife)
        {
            Volatile.Write(ref _slowest, (int)Math.Min(int.MaxValue, Math.Max(elapsed, _slowest / 2)));
            Volatile.Write(ref _slowestAt, (uint)now);
        }
    }

    private void OnNoAnswer(long admittedAt, long now, bool isCanceled)
    {
        if (isCanceled && now - admittedAt > Math.Max(MinAbandonedWait, 3L * Volatile.Read(ref _slowest)))
        {
            Interlocked.Increment(ref _abandoned);
        }
        else if ((int)((uint)admittedAt - Volatile.Read(ref _markedAt)) <= 0)
        {
            Interlocked.Decrement(ref _waitingAtMark);
        }
    }

    private void EndQuiet()
    {
        if ((Volatile.Read(ref _quiet) | Volatile.Read(ref _abandoned)) != 0)
        {
            Volatile.Write(ref _quiet, 0);
            Volatile.Write(ref _abandoned, 0);
            Volatile.Write(ref _waitingAtMark, 0);
        }
    }
}
