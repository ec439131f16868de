namespace Http.CircuitBreaker.Circuits;

/// <summary>Who is told of changes: of one circuit in order, never inside its gate.</summary>
internal interface ICircuitEvents
{
    void OnStateChange(Circuit circuit, CircuitStateChange change);
}
