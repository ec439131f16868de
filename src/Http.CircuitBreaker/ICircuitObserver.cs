namespace Http.CircuitBreaker;

/// <summary>Receives the state changes of all circuits. Register implementations in the service container.</summary>
public interface ICircuitObserver
{
    /// <summary>
    /// Called after each state change, in order for each circuit. Return quickly, because the HTTP call that caused the change is waiting.
    /// </summary>
    /// <remarks>
    /// Observers may isolate and reset circuits. Exceptions are logged once per circuit and do not affect the call or other observers.
    /// </remarks>
    /// <param name="change">The state change.</param>
    void OnStateChange(CircuitStateChange change);
}
