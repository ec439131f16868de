namespace Http.CircuitBreaker.Circuits;

/// <summary>A probe's slot, on lease until <paramref name="leaseEnd"/>.</summary>
internal sealed class Probe(long leaseEnd)
{
    public long LeaseEnd => leaseEnd;
}
