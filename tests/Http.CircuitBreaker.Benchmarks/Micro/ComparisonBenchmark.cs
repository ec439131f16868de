using BenchmarkDotNet.Attributes;
using Http.CircuitBreaker.Benchmarks.Support;
using Polly;

namespace Http.CircuitBreaker.Benchmarks.Micro;

/// <summary>
/// Sends the same calls through an empty handler (the floor), this circuit breaker, and its peers Microsoft.Extensions.Http.Resilience and
/// Microsoft.Extensions.Http.Polly.
/// </summary>
public abstract class ComparisonBenchmark
{
    private Subject _floor = null!;
    private Subject _ours = null!;
    private Subject _resilience = null!;
    private Subject _polly = null!;

    private protected virtual int MinimumThroughput => 10;

    /// <summary>Replaces the stub host if not null.</summary>
    private protected virtual HttpMessageHandler? Primary => null;

    [GlobalSetup]
    public void Setup()
    {
        _floor = Subjects.Floor(Primary);
        _ours = Subjects.Ours(Configure, Primary);
        _resilience = Subjects.Peer(MinimumThroughput, Configure, Primary);
        _polly = Subjects.Policy(MinimumThroughput, Primary);
        Array.ForEach([_floor, _ours, _resilience, _polly], Arrange);
    }

    [GlobalCleanup]
    public virtual void Cleanup() => Array.ForEach([_floor, _ours, _resilience, _polly], subject => subject.Dispose());

    [Benchmark(Baseline = true)]
    public Task Floor() => Call(_floor);

    [Benchmark]
    public Task Ours() => Call(_ours);

    [Benchmark]
    public Task Resilience() => Call(_resilience);

    [Benchmark]
    public Task Polly() => Call(_polly);

    private protected virtual void Configure(CircuitBreakerOptions options)
    {
        options.MinimumThroughput = MinimumThroughput;
        options.ConsecutiveFailures = null;
        options.MaxCircuits = 100_000;
    }

    private protected virtual void Configure(ResiliencePipelineBuilder<HttpResponseMessage> pipeline)
    {
    }

    private protected virtual void Arrange(Subject subject)
    {
        var answer = Task.FromResult(new HttpResponseMessage());
        subject.Host.Answer = () => answer;
    }

    private protected abstract Task Call(Subject subject);
}
