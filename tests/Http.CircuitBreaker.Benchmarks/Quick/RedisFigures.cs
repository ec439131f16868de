using Http.CircuitBreaker.Benchmarks.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Http.CircuitBreaker.Benchmarks.Quick;

/// <summary>
/// The cost of shared circuits for a call to a healthy host. The Redis server is not on the call path, so none has to be running.
/// </summary>
internal static class RedisFigures
{
    private const string NoServer = "127.0.0.1:1";

    public static void Measure(QuickReport report)
    {
        using var local = Subjects.Ours();
        using var shared = Subjects.Ours(add: services => services.AddCircuitBreakerRedis(NoServer));
        var answer = Task.FromResult(new HttpResponseMessage());
        Array.ForEach([local, shared], subject => subject.Host.Answer = () => answer);

        var times = Measurement.Medians(2_000, CallLoop.Create(local), CallLoop.Create(shared));
        report.Add("redis_closed_vs_local", times[1] / times[0]);
    }
}
