namespace Http.CircuitBreaker;

/// <summary>Receives the state changes of all circuits. Register implementations as services.</summary>
public interface ICircuitObserver
{
    /// <summary>
    /// Called after each state change of a circuit, in order. Return quickly, because the call that caused the change waits.
    /// </summary>
    /// <remarks>
    /// The method may isolate and reset circuits. Exceptions are logged once per circuit and do not affect the call or other observers.
    /// </remarks>
    /// <param name="change">The state change.</param>
    void OnStateChange(CircuitStateChange change);
}
