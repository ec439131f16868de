using BenchmarkDotNet.Attributes;
using Http.CircuitBreaker.Benchmarks.Support;

namespace Http.CircuitBreaker.Benchmarks.Micro;

/// <summary>A call to one of many healthy hosts, in random order.</summary>
public class ManyHosts : ComparisonBenchmark
{
    private Action<int>? _calls;

    [Params(1, 100, 100_000)]
    public int Hosts { get; set; }

    private protected override Task Call(Subject subject)
    {
        (_calls ??= Prepare(subject))(1);
        return Task.CompletedTask;
    }

    // Creates the circuits before the measurement.
    private Action<int> Prepare(Subject subject)
    {
        var calls = CallLoop.Create(subject, Requests.ToHosts(Hosts));
        calls(Hosts);
        return calls;
    }
}
