namespace Http.CircuitBreaker.Circuits;

/// <summary>Who is told of changes: of one circuit in order, never inside its gate.</summary>
internal interface ICircuitEvents
{
    void OnStateChange(Circuit circuit, CircuitStateChange change);

    /// <summary>A call that a retired circuit had admitted before has changed its accounts.</summary>
    void OnAccountLate(Circuit retired);
}
