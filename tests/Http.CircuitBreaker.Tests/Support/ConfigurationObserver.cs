namespace Http.CircuitBreaker.Tests.Support;

/// <summary>An observer that needs the client factory, as observers that send notifications over HTTP do.</summary>
internal sealed class ConfigurationObserver(IHttpClientFactory factory) : ICircuitObserver
{
    public IHttpClientFactory Factory => factory;

    public List<CircuitStateChange> Changes { get; } = [];

    public void OnStateChange(CircuitStateChange change) => Changes.Add(change);
}
