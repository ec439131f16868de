using System.Collections.Concurrent;

namespace Http.CircuitBreaker.Tests.Soak;

/// <summary>The callers' own book: each writes down how each of its calls ended.</summary>
internal sealed class SoakTally
{
    private readonly ConcurrentDictionary<CircuitKey, long[]> _seen = new();
    private long _calls;

    public long Calls => Volatile.Read(ref _calls);

    public void Note(CircuitKey key, SoakEnd end)
    {
        Interlocked.Increment(ref _seen.GetOrAdd(key, _ => new long[Enum.GetValues<SoakEnd>().Length])[(int)end]);
        Interlocked.Increment(ref _calls);
    }

    public long Of(CircuitKey key, SoakEnd end) => _seen.TryGetValue(key, out var ends) ? ends[(int)end] : 0;

    public long Of(string client, SoakEnd end) => _seen.Where(pair => pair.Key.Client == client).Sum(pair => pair.Value[(int)end]);
}
