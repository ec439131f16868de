namespace Http.CircuitBreaker.Circuits;

/// <summary>A probe's slot, on lease until <paramref name="leaseEnd"/>. The lease is changed under the circuit's gate only.</summary>
internal sealed class Probe(long leaseEnd, string? token)
{
    private int _isSettled;

    public long LeaseEnd { get; private set; } = leaseEnd;

    /// <summary>Names the slot that the whole fleet knows of; null if it is this circuit's alone.</summary>
    public string? Token => token;

    /// <summary>Whether the headers have come, so that the probe only waits for its body.</summary>
    public bool IsBodyToCome { get; private set; }

    public void AwaitBody(long leaseEnd) => (LeaseEnd, IsBodyToCome) = (leaseEnd, true);

    /// <summary>True for the first verdict on the call only; that on its body comes after it.</summary>
    public bool TrySettle() => Interlocked.Exchange(ref _isSettled, 1) == 0;
}
