using Http.CircuitBreaker.EndToEnd.Tests.Content;
using Http.CircuitBreaker.Faults;

namespace Http.CircuitBreaker.EndToEnd.Tests.Uploads;

/// <summary>A client over real sockets, with or without a circuit breaker, and with handlers around it.</summary>
internal sealed class UploadClient : IDisposable
{
    private readonly CircuitBreakerHandler? _breaker;
    private readonly Version _version;
    private readonly HttpMessageInvoker _invoker;

    public UploadClient(
        Uri address,
        int httpVersion,
        bool isGuarded = true,
        DelegatingHandler? inside = null,
        DelegatingHandler? outside = null,
        Action<CircuitBreakerOptions>? configure = null,
        Action<SocketsHttpHandler>? transport = null)
    {
        Address = address;
        _version = new Version(httpVersion, httpVersion == 1 ? 1 : 0);
        var sockets = new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = (_, certificate, _, _) =>
            certificate?.GetCertHashString() == Certificates.Trusted.GetCertHashString() } };
        transport?.Invoke(sockets);
        var handler = Below(inside, sockets);
        if (isGuarded)
        {
            var options = new CircuitBreakerOptions { ConsecutiveFailures = null, MinimumThroughput = 1_000_000 };
            configure?.Invoke(options);
            handler = _breaker = new CircuitBreakerHandler(options) { InnerHandler = handler };
        }

        _invoker = new HttpMessageInvoker(Below(outside, handler));
    }

    public Uri Address { get; }

    public CircuitSnapshot Circuit => Assert.Single(_breaker!.Circuits.GetSnapshots());

    public (long Succeeded, long Failed, long Ignored) Totals => (Circuit.TotalSucceeded, Circuit.TotalFailed, Circuit.TotalIgnored);

    public HttpRequestMessage Request(string path, HttpContent? content) => new(HttpMethod.Post, new Uri(Address, path))
    {
        Content = content,
        Version = _version,
        VersionPolicy = HttpVersionPolicy.RequestVersionExact,
    };

    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken token = default) => _invoker.SendAsync(request, token);

    public HttpResponseMessage Send(HttpRequestMessage request) => _invoker.Send(request, CancellationToken.None);

    /// <summary>Sends the content and describes what the server received, or the exception.</summary>
    public Task<string> DescribeAsync(string path, HttpContent? content, Action<HttpRequestMessage>? change = null, bool isSync = false) =>
        Transcript.CreateAsync(async () =>
        {
            using var request = Request(path, content);
            change?.Invoke(request);
            using var response = isSync ? await Task.Run(() => Send(request)) : await SendAsync(request);
            var text = $"{(int)response.StatusCode}\n{await response.Content.ReadAsStringAsync()}\n{response.TrailingHeaders}";
            Assert.Same(request, response.RequestMessage);
            return $"{text}\nafter the call: {Content(request.Content, content)} {request.Headers}";
        });

    public void Dispose() => _invoker.Dispose();

    private static string Content(HttpContent? now, HttpContent? before) => now is null ? "none" : ReferenceEquals(now, before) ? "own" : now.GetType().Name;

    private static HttpMessageHandler Below(DelegatingHandler? handler, HttpMessageHandler inner)
    {
        if (handler is null)
        {
            return inner;
        }

        handler.InnerHandler = inner;
        return handler;
    }
}
