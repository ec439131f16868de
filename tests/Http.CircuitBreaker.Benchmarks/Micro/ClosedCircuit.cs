using BenchmarkDotNet.Attributes;
using Http.CircuitBreaker.Benchmarks.Support;

namespace Http.CircuitBreaker.Benchmarks.Micro;

/// <summary>A call to a healthy host that completes synchronously, or after the handlers have returned their task.</summary>
public class ClosedCircuit : ComparisonBenchmark
{
    private readonly HttpRequestMessage _request = Requests.ToHost();
    private readonly HttpResponseMessage _response = new();
    private TaskCompletionSource<HttpResponseMessage>? _pending;

    [Params(false, true)]
    public bool CompletesAsynchronously { get; set; }

    private protected override void Arrange(Subject subject)
    {
        base.Arrange(subject);
        if (CompletesAsynchronously)
        {
            subject.Host.Answer = () => (_pending = new TaskCompletionSource<HttpResponseMessage>()).Task;
        }
    }

    private protected override Task Call(Subject subject)
    {
        var sending = subject.SendAsync(_request);
        _pending?.SetResult(_response);
        return sending;
    }
}
