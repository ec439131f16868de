namespace Fleet.Shops;

/// <summary>Fails the calls of this instance while its network is disconnected. Runs inside the circuit breaker.</summary>
internal sealed class BrokenNetwork(NetworkSwitch network) : DelegatingHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var failure = new HttpRequestException(HttpRequestError.ConnectionError, "The network is disconnected.");
        return network.IsBroken ? Task.FromException<HttpResponseMessage>(failure) : base.SendAsync(request, cancellationToken);
    }
}

internal sealed class NetworkSwitch
{
    public bool IsBroken { get; set; }
}
