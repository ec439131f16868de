using BenchmarkDotNet.Attributes;
using Http.CircuitBreaker.Benchmarks.Support;

namespace Http.CircuitBreaker.Benchmarks.Micro;


/// <summary>
/// The first call to a host, its request and its URI included. Allocated is what creation takes; what a circuit keeps is among the quick figures.
/// </summary>
[InvocationCount(8_000)]
public class CircuitCreation : SideBySide
{
    private int _hosts;

    private protected override void Configure(CircuitBreakerOptions options) => options.MaxCircuits = int.MaxValue;

    private protected override Task Call(Subject subject) => subject.SendAsync(Requests.ToHost(_hosts++));
}
