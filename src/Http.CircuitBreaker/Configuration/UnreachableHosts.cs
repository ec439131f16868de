namespace Http.CircuitBreaker.Configuration;

/// <summary>Finds settings for hosts and ports that can hold for no circuit, as the circuits of all clients are wider than that.</summary>
internal static class UnreachableHosts
{
    /// <param name="path">The section that the clients share.</param>
    /// <param name="clients">The options of each.</param>
    public static IEnumerable<string> Find(string path, IReadOnlyCollection<CircuitBreakerOptions> clients)
    {
        var isHostKnown = clients.Any(client => client.Scope != CircuitScope.Client);
        var isPortKnown = clients.Any(client => client.Scope == CircuitScope.Origin);
        return clients
            .SelectMany(client => client.Hosts.Keys)
            .Distinct()
            .Where(key => key.Port is null ? !isHostKnown : isHostKnown && !isPortKnown)
            .Select(key => key.Port is { } port
                ? $"{path}:{key.Host}:{port}: no circuit is of one port alone; that takes a client of the {nameof(CircuitScope)} {CircuitScope.Origin}."
                : $"{path}:{key.Host}: no circuit is of one host alone; that takes a client of the {nameof(CircuitScope)} "
                    + $"{CircuitScope.Host} or {CircuitScope.Origin}.");
    }
}
