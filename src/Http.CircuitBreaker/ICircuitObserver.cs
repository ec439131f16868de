namespace Http.CircuitBreaker;

/// <summary>Receives the state changes of all circuits. Register any number of implementations as services.</summary>
public interface ICircuitObserver
{
    /// <summary>
    /// Called once per change, in order per circuit, on the call that caused the change. Return quickly, because that call is delayed.
    /// </summary>
    /// <remarks>
    /// The method may isolate and reset circuits. An exception is logged once per circuit and affects neither the call nor other observers.
    /// </remarks>
    /// <param name="change">The change.</param>
    void OnStateChange(CircuitStateChange change);
}
