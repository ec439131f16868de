using BenchmarkDotNet.Attributes;
using Http.CircuitBreaker.Benchmarks.Support;

namespace Http.CircuitBreaker.Benchmarks.Micro;

/// <summary>
/// The first call to a host, including creation of the request and its URI. The quick figures measure the memory that a circuit retains.
/// </summary>
[InvocationCount(8_000)]
public class CircuitCreation : ComparisonBenchmark
{
    private int _hosts;

    private protected override void Configure(CircuitBreakerOptions options) => options.MaxCircuits = int.MaxValue;

    private protected override Task Call(Subject subject) => subject.SendAsync(Requests.ToHost(_hosts++));
}
