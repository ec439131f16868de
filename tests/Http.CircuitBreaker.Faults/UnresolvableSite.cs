using System.Net;
using System.Net.Sockets;

namespace Http.CircuitBreaker.Faults;

/// <summary>A healthy host whose name cannot be resolved before <see cref="Heal"/>.</summary>
public sealed class UnresolvableSite : IFaultySite
{
    private readonly RawSite _site = new(Behaviours.Healthy);
    private volatile bool _isResolvable;

    public Uri Address => new UriBuilder(_site.Address) { Host = "payments.invalid" }.Uri;

    public int Arrivals => _site.Arrivals;

    public void Heal() => _isResolvable = true;

    // Replaces DNS resolution, so that no DNS server is queried (RFC 6761, section 6.4).
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken token)
    {
        if (!_isResolvable)
        {
            throw new SocketException((int)SocketError.HostNotFound);
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, _site.Address.Port, token);
        return new NetworkStream(socket, ownsSocket: true);
    }

    public ValueTask DisposeAsync() => _site.DisposeAsync();
}
