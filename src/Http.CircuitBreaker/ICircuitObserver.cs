namespace Http.CircuitBreaker;

/// <summary>Is told of every change of state of every circuit. Register any number of them as services.</summary>
public interface ICircuitObserver
{
    /// <summary>
    /// Called once for each change, in order for one circuit. It runs on the call that made the change and delays that call alone, so keep
    /// it short. It may isolate and reset circuits. An exception is logged once per circuit and reaches nobody.
    /// </summary>
    void OnStateChange(CircuitStateChange change);
}
