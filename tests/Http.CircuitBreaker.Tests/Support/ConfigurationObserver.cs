namespace Http.CircuitBreaker.Tests.Support;

/// <summary>Posts changes to a chat, as people do with an observer: it needs the client factory to be made itself.</summary>
internal sealed class ConfigurationObserver(IHttpClientFactory factory) : ICircuitObserver
{
    public IHttpClientFactory Factory => factory;

    public List<CircuitStateChange> Changes { get; } = [];

    public void OnStateChange(CircuitStateChange change) => Changes.Add(change);
}
