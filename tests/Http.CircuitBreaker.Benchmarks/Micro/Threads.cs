using BenchmarkDotNet.Attributes;
using Http.CircuitBreaker.Benchmarks.Support;

namespace Http.CircuitBreaker.Benchmarks.Micro;

/// <summary>
/// A million calls, split between the threads, to one host or to one host per thread. Milliseconds per operation equal nanoseconds per
/// call.
/// </summary>
public class Threads : ComparisonBenchmark
{
    private const int Calls = 1_000_000;

    private readonly TwoThreads _threads = new();

    [Params(1, 2)]
    public int Count { get; set; }

    [Params(true, false)]
    public bool OneHost { get; set; }

    public override void Cleanup()
    {
        _threads.Dispose();
        base.Cleanup();
    }

    private protected override Task Call(Subject subject)
    {
        var first = CallLoop.Create(subject, Requests.ToHost(0));
        var second = CallLoop.Create(subject, Requests.ToHost(OneHost ? 0 : 1));
        if (Count == 2)
        {
            _threads.Run(() => first(Calls / 2), () => second(Calls / 2));
        }
        else
        {
            first(Calls / 2);
            second(Calls / 2);
        }

        return Task.CompletedTask;
    }
}
