namespace Http.CircuitBreaker.Registry;

/// <summary>What a registry reports to the storey above: telemetry.</summary>
internal interface IRegistryEvents
{
    void OnStateChange(CircuitStateChange change);

    /// <summary>The user's own code threw. <paramref name="what"/> names it; <paramref name="subject"/> is the circuit or the client.</summary>
    void OnUserFault(string what, string subject, Exception exception);

    /// <summary>Clients whose last good settings stay, for the same reason.</summary>
    void OnReloadFailed(IReadOnlyCollection<string> clients, string error);

    void OnScopeChangeIgnored(string client, CircuitScope present, CircuitScope configured);
}
