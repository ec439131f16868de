using System.Collections.Concurrent;

namespace Http.CircuitBreaker.Tests.Soak;

/// <summary>The outcome of a call as its caller observes it.</summary>
internal enum SoakOutcome
{
    Success,
    Failure,
    Ignored,
    Rejected,
    Bypassed,
}

/// <summary>Counts the outcomes that callers observe, by circuit.</summary>
internal sealed class SoakTotals
{
    private readonly ConcurrentDictionary<CircuitKey, long[]> _counts = new();
    private long _calls;

    public long Calls => Volatile.Read(ref _calls);

    public void Record(CircuitKey key, SoakOutcome outcome)
    {
        Interlocked.Increment(ref _counts.GetOrAdd(key, _ => new long[Enum.GetValues<SoakOutcome>().Length])[(int)outcome]);
        Interlocked.Increment(ref _calls);
    }

    public long Count(CircuitKey key, SoakOutcome outcome) => _counts.TryGetValue(key, out var counts) ? counts[(int)outcome] : 0;

    public long Count(string client, SoakOutcome outcome) => _counts.Where(pair => pair.Key.Client == client).Sum(pair => pair.Value[(int)outcome]);
}
