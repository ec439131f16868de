using Http.CircuitBreaker.Benchmarks.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Http.CircuitBreaker.Benchmarks.Quick;

/// <summary>What sharing circuits costs a call to a healthy host: nothing of it is on the way. Whether the server is there plays no part.</summary>
internal static class FleetFigures
{
    private const string NoServer = "127.0.0.1:1";

    public static void Measure(FigureBoard board)
    {
        using var local = Subjects.Ours();
        using var shared = Subjects.Ours(add: services => services.AddCircuitBreakerRedis(NoServer));
        var answer = Task.FromResult(new HttpResponseMessage());
        Array.ForEach([local, shared], subject => subject.Host.Answer = () => answer);

        var times = Stopwatches.Medians(2_000, ManyCalls.Of(local), ManyCalls.Of(shared));
        board.Add("redis_closed_vs_local", times[1] / times[0]);
    }
}
