using System.Net;
using System.Net.Sockets;

namespace Http.CircuitBreaker.Faults;

/// <summary>A healthy host to which each connection fails with a socket error before <see cref="Heal"/>.</summary>
public sealed class UnreachableSite(SocketError error) : IFaultySite
{
    private readonly RawSite _site = new(Behaviours.Healthy);
    private volatile bool _isReachable;

    public Uri Address => new UriBuilder(_site.Address) { Host = "payments.invalid" }.Uri;

    public int Arrivals => _site.Arrivals;

    public void Heal() => _isReachable = true;

    // Replaces DNS resolution, so that no DNS server is queried (RFC 6761, section 6.4).
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken token)
    {
        if (!_isReachable)
        {
            throw new SocketException((int)error);
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, _site.Address.Port, token);
        return new NetworkStream(socket, ownsSocket: true);
    }

    public ValueTask DisposeAsync() => _site.DisposeAsync();
}
