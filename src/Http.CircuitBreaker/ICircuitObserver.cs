namespace Http.CircuitBreaker;

/// <summary>Receives the state changes of all circuits. Register implementations in the service container.</summary>
public interface ICircuitObserver
{
    /// <summary>
    /// Called after each state change. The changes of a circuit are passed in order, one at a time. Return quickly, because the HTTP call
    /// that caused the change is waiting.
    /// </summary>
    /// <remarks>
    /// Observers may isolate and reset circuits. The first exception of each observer is logged; exceptions do not affect the call or other
    /// observers. While an observer is running, the changes that other calls cause are queued for the observer, and these calls do not
    /// wait. If 10,000 changes are queued, the oldest changes are dropped; the first drop is logged.
    /// </remarks>
    /// <param name="change">The state change.</param>
    void OnStateChange(CircuitStateChange change);
}
