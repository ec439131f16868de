namespace Http.CircuitBreaker.Faults;

/// <summary>A host that fails until it is healed, at the same address.</summary>
public interface IFaultySite : IAsyncDisposable
{
    Uri Address { get; }

    /// <summary>Connections or requests that have reached the host.</summary>
    int Arrivals { get; }

    void Heal();
}
