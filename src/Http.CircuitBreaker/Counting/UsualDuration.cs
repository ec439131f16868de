namespace Http.CircuitBreaker.Counting;

/// <summary>Learns how long a host usually takes to answer, and calculates when an answer counts as slow.</summary>
/// <remarks>
/// The usual duration is a moving geometric mean that samples at most one answer per second, including answers to probes. If a host becomes
/// permanently 60 times slower, its answers no longer count as slow after about 150 samples.
/// </remarks>
internal sealed class UsualDuration
{
    private const int SamplingInterval = 1_000;
    private const int MinSamples = 30;
    private const int MaxSamples = 256;
    private const int MinSlowCallDuration = 1_000;
    private const int SlowFactor = 10;

    private long _nextSample;
    private double _logarithm;
    private int _samples;

    /// <summary>
    /// The time in milliseconds after which an answer counts as slow: ten times the usual duration, but at least 1 s; 0 while the usual
    /// duration is unknown.
    /// </summary>
    public long SlowCallDuration =>
        Volatile.Read(ref _samples) < MinSamples
            ? 0
            : Math.Max(MinSlowCallDuration, (long)(SlowFactor * Math.Exp(Volatile.Read(ref _logarithm))));

    public void Add(long elapsed, long now)
    {
        var due = Volatile.Read(ref _nextSample);
        if (now >= due && Interlocked.CompareExchange(ref _nextSample, now + SamplingInterval, due) == due)
        {
            var count = Math.Min(_samples + 1, MaxSamples);
            Volatile.Write(ref _logarithm, _logarithm + ((Math.Log(Math.Max(1, elapsed)) - _logarithm) / count));
            Volatile.Write(ref _samples, count);
        }
    }
}
