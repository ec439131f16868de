using Http.CircuitBreaker.Circuits;

namespace Http.CircuitBreaker.Registry;

// What the fleet makes of the circuits of one client.
internal sealed partial class ClientCircuits
{
    /// <summary>Applies to the circuit of that key, created if need be; false where that cannot be or nothing changed.</summary>
    public bool TryApplyOrAdd(CircuitKey key, Func<Circuit, long, bool> apply)
    {
        while (CanServe(key) && GetOrAdd(key.Widen(Scope), Clock.Now) is { } circuit)
        {
            if (apply(circuit, Clock.Now))
            {
                return true;
            }

            if (circuit.Phase is not EvictedPhase)
            {
                return false;
            }

            Forget(circuit);
        }

        return false;
    }

    /// <summary>Applies to the circuit of that key; false if there is none or nothing changed.</summary>
    public bool TryApply(CircuitKey key, Func<Circuit, long, bool> apply) => Find(key) is { } circuit && apply(circuit, Clock.Now);
}
