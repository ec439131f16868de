using System.Net;
using Http.CircuitBreaker.Faults;

namespace Http.CircuitBreaker.EndToEnd.Tests.Content;

/// <summary>A client over real sockets, with or without a circuit breaker.</summary>
internal sealed class GuardedClient : IDisposable
{
    private readonly CircuitBreakerHandler? _breaker;

    public GuardedClient(
        Uri address, Action<CircuitBreakerOptions> configure, TimeSpan? timeout = null, DelegatingHandler? outside = null)
        : this(address, isGuarded: true, new Version(1, 1), configure, timeout, outside)
    {
    }

    public GuardedClient(
        Uri address,
        bool isGuarded,
        Version version,
        Action<CircuitBreakerOptions>? configure = null,
        TimeSpan? timeout = null,
        DelegatingHandler? outside = null)
    {
        HttpMessageHandler handler = new SocketsHttpHandler
        {
            AutomaticDecompression = DecompressionMethods.All,
            SslOptions =
            {
                RemoteCertificateValidationCallback = (_, certificate, _, _) =>
                    certificate?.GetCertHashString() == Certificates.Trusted.GetCertHashString(),
            },
        };
        if (isGuarded)
        {
            var options = new CircuitBreakerOptions { ConsecutiveFailures = null, MinimumThroughput = 1_000_000, ClientTimeout = timeout };
            configure?.Invoke(options);
            handler = _breaker = new CircuitBreakerHandler(options) { InnerHandler = handler };
        }

        if (outside is not null)
        {
            outside.InnerHandler = handler;
            handler = outside;
        }

        Http = new HttpClient(handler)
        {
            BaseAddress = address,
            DefaultRequestVersion = version,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Timeout = timeout ?? TimeSpan.FromSeconds(30),
        };
    }

    public HttpClient Http { get; }

    public CircuitSnapshot Circuit => Assert.Single(_breaker!.Circuits.GetSnapshots());

    /// <summary>The number of failed calls; 0 before the first call.</summary>
    public long Failed => _breaker!.Circuits.GetSnapshots().Sum(circuit => circuit.TotalFailed);

    public void Dispose() => Http.Dispose();
}
