namespace Http.CircuitBreaker.Circuits;

/// <summary>A probe's slot, on lease. Changed under the circuit's gate only.</summary>
internal sealed class Probe(long leaseEnd)
{
    public long LeaseEnd { get; private set; } = leaseEnd;

    /// <summary>Whether the headers have come, so that the probe only waits for its body.</summary>
    public bool IsBodyToCome { get; private set; }

    public void AwaitBody(long leaseEnd) => (LeaseEnd, IsBodyToCome) = (leaseEnd, true);
}
