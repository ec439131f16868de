namespace Http.CircuitBreaker.Counting;

/// <summary>The calls and failures on which a state change is based. Overdue calls are included in both numbers.</summary>
internal readonly record struct WindowCounts(long Total, long Failed, long Overdue = 0)
{
    public double Ratio => Total == 0 ? 0 : (double)Failed / Total;
}

/// <summary>Counts the successes and failures in a rolling time window.</summary>
/// <remarks>
/// The window consists of ten time buckets. The counts are the current counters minus a snapshot from the start of the oldest bucket, so
/// they cover 90% to 100% of the duration. Only the first call in a bucket and a read of the counts take the lock.
/// </remarks>
internal sealed class RollingWindow(long duration, long now, CallCounters counters)
{
    private const int Buckets = 10;

    private readonly CallEvidence _first = counters.Evidence;
    private long _bucket;
    private long _nextBucketAt = now + Math.Max(1, duration / Buckets);

    // To save memory, this array is not allocated until the second bucket starts. A client with many hosts calls most of them only briefly.
    private CallEvidence[]? _starts;

    public long Duration => duration;

    /// <summary>All results since the window was created.</summary>
    public CallEvidence All => counters.Evidence - _first;

    private long BucketLength => Math.Max(1, duration / Buckets);

    /// <summary>Moves to the current bucket. Call this before the counters change.</summary>
    public void Advance(long time)
    {
        if (time - Volatile.Read(ref _nextBucketAt) >= 0)
        {
            AdvanceTo(BucketOf(time));
        }
    }

    public WindowCounts Count(long time)
    {
        lock (this)
        {
            var bucket = Math.Max(_bucket, BucketOf(time));
            if (bucket - _bucket >= Buckets)
            {
                return default;
            }

            var counts = counters.Evidence - (_starts?[(bucket + 1) % Buckets] ?? _first);
            var failed = Math.Max(0, counts.Failed);
            return new WindowCounts(Math.Max(0, counts.Succeeded) + failed, failed);
        }
    }

    private long BucketOf(long time) => (time - now) / BucketLength;

    private void AdvanceTo(long bucket)
    {
        lock (this)
        {
            if (_starts is null)
            {
                _starts = new CallEvidence[Buckets];
                Array.Fill(_starts, _first);
            }

            var start = counters.Evidence;
            for (var next = Math.Max(_bucket + 1, bucket - Buckets + 1); next <= bucket; next++)
            {
                _starts[next % Buckets] = start;
            }

            _bucket = Math.Max(_bucket, bucket);
            Volatile.Write(ref _nextBucketAt, now + ((_bucket + 1) * BucketLength));
        }
    }
}
