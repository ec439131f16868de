using System.Net;
using Http.CircuitBreaker.Benchmarks.Support;

namespace Http.CircuitBreaker.Benchmarks.Micro;

/// <summary>A failed call through a circuit that stays closed.</summary>
public class FailureRecorded : ComparisonBenchmark
{
    private readonly HttpRequestMessage _request = Requests.ToHost();

    private protected override int MinimumThroughput => int.MaxValue;

    private protected override void Arrange(Subject subject)
    {
        var answer = Task.FromResult(new HttpResponseMessage(HttpStatusCode.ServiceUnavailable));
        subject.Host.Answer = () => answer;
    }

    private protected override Task Call(Subject subject) => subject.SendAsync(_request);
}
