using System.Net;
using Http.CircuitBreaker.Benchmarks.Support;

namespace Http.CircuitBreaker.Benchmarks.Micro;

/// <summary>
/// A call rejected by an open circuit. The peers reject with an exception, which is caught here; the floor sends the call.
/// </summary>
public class OpenRejection : ComparisonBenchmark
{
    private readonly HttpRequestMessage _request = Requests.ToHost();

    private protected override void Arrange(Subject subject)
    {
        var answer = Task.FromResult(new HttpResponseMessage(HttpStatusCode.ServiceUnavailable));
        subject.Host.Answer = () => answer;
        CallLoop.Create(subject, _request)(200);
    }

    private protected override async Task Call(Subject subject)
    {
        try
        {
            await subject.SendAsync(_request);
        }
        catch (global::Polly.CircuitBreaker.BrokenCircuitException)
        {
        }
    }
}
