namespace Http.CircuitBreaker.Counting;

/// <summary>Counts the calls that have been waiting for response headers for longer than <c>SlowCallDuration</c>.</summary>
/// <remarks>
/// Counts all calls in flight and, for each time bucket, the calls that started in it. A call is overdue if it started more than ten
/// buckets before the current bucket. Overdue calls are detected at most one bucket (a tenth of the duration) late.
/// </remarks>
/// <param name="duration">The waiting time after which a call is overdue, in milliseconds.</param>
/// <param name="origin">Calls admitted at or before this time are not counted.</param>
internal sealed class OverdueCalls(long duration, long origin)
{
    private const int BucketsPerDuration = 10;

    // Eleven buckets are in use. The spare buckets prevent a briefly suspended thread from changing a bucket that has been reused.
    private const int Buckets = 16;

    private readonly long _bucketLength = Math.Max(1, duration / BucketsPerDuration);
    private readonly int[] _started = new int[Buckets];
    private long _bucket;
    private int _inFlight;

    public long Duration => duration;

    /// <summary>Moves to the current bucket. Returns true if calls may have become overdue. Call this before <see cref="Start"/>.</summary>
    public bool Advance(long now)
    {
        var bucket = BucketOf(now);
        return bucket > Volatile.Read(ref _bucket) && TryAdvanceTo(bucket);
    }

    public void Start(long now)
    {
        if (now - origin > 0)
        {
            Interlocked.Increment(ref _inFlight);
            Interlocked.Increment(ref _started[BucketOf(now) % Buckets]);
        }
    }

    public void End(long admittedAt)
    {
        if (admittedAt - origin <= 0)
        {
            return;
        }

        Interlocked.Decrement(ref _inFlight);
        var bucket = BucketOf(admittedAt);
        if (Volatile.Read(ref _bucket) - bucket <= BucketsPerDuration + 1)
        {
            Interlocked.Decrement(ref _started[bucket % Buckets]);
        }
    }

    public int Count(long now)
    {
        lock (_started)
        {
            var last = Math.Max(_bucket, BucketOf(now));
            var notOverdue = 0;
            for (var bucket = Math.Max(0, last - BucketsPerDuration); bucket <= _bucket; bucket++)
            {
                notOverdue += Volatile.Read(ref _started[bucket % Buckets]);
            }

            return Math.Max(0, Volatile.Read(ref _inFlight) - notOverdue);
        }
    }

    private long BucketOf(long time) => (time - origin) / _bucketLength;

    private bool TryAdvanceTo(long bucket)
    {
        lock (_started)
        {
            if (bucket <= _bucket)
            {
                return false;
            }

            for (var next = Math.Max(_bucket + 1, bucket - Buckets + 1); next <= bucket; next++)
            {
                Volatile.Write(ref _started[next % Buckets], 0);
            }

            Volatile.Write(ref _bucket, bucket);
            return true;
        }
    }
}
