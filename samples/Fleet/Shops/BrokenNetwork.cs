namespace Fleet.Shops;

/// <summary>The network of one instance alone, below its circuit breaker.</summary>
internal sealed class BrokenNetwork(NetworkSwitch network) : DelegatingHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => network.IsBroken
        ? Task.FromException<HttpResponseMessage>(new HttpRequestException(HttpRequestError.ConnectionError, "This instance's network is broken."))
        : base.SendAsync(request, cancellationToken);
}

/// <summary>Broken or not.</summary>
internal sealed class NetworkSwitch
{
    public bool IsBroken { get; set; }
}
