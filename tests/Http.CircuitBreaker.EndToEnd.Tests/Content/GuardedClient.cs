using System.Net;

namespace Http.CircuitBreaker.EndToEnd.Tests.Content;

/// <summary>A client over real sockets, with or without a circuit breaker.</summary>
internal sealed class GuardedClient : IDisposable
{
    private readonly CircuitBreakerHandler? _breaker;

    public GuardedClient(Uri address, Action<CircuitBreakerOptions> configure, TimeSpan? timeout = null)
        : this(address, isGuarded: true, new Version(1, 1), configure, timeout)
    {
    }

    public GuardedClient(
        Uri address, bool isGuarded, Version version, Action<CircuitBreakerOptions>? configure = null, TimeSpan? timeout = null)
    {
        HttpMessageHandler handler = new SocketsHttpHandler { AutomaticDecompression = DecompressionMethods.All };
        if (isGuarded)
        {
            var options = new CircuitBreakerOptions { ConsecutiveFailures = null, MinimumThroughput = 1_000_000, ClientTimeout = timeout };
            configure?.Invoke(options);
            handler = _breaker = new CircuitBreakerHandler(options) { InnerHandler = handler };
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

    public void Dispose() => Http.Dispose();
}
