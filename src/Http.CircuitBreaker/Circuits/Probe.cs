namespace Http.CircuitBreaker.Circuits;

/// <summary>A probe's slot, on lease until <paramref name="leaseEnd"/>.</summary>
internal sealed class Probe(long leaseEnd)
{
    private int _isSettled;

    public long LeaseEnd => leaseEnd;

    /// <summary>True for the first verdict on the call only.</summary>
    public bool TrySettle() => Interlocked.Exchange(ref _isSettled, 1) == 0;
}
