using Http.CircuitBreaker.Benchmarks.Support;

namespace Http.CircuitBreaker.Benchmarks.Micro;

/// <summary>A request to Kestrel over loopback, including the read of the response body.</summary>
public class LoopbackRequest : ComparisonBenchmark
{
    private readonly SocketsHttpHandler _sockets = new();
    private LoopbackServer? _server;

    private protected override HttpMessageHandler Primary => _sockets;

    public override void Cleanup()
    {
        base.Cleanup();
        _sockets.Dispose();
        _server?.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }

    private protected override void Arrange(Subject subject) => _server ??= LoopbackServer.StartAsync().GetAwaiter().GetResult();

    private protected override async Task Call(Subject subject)
    {
        using var response = await subject.Client.GetAsync(_server!.Address);
    }
}
