using System.Net;
using Http.CircuitBreaker.Benchmarks.Support;

namespace Http.CircuitBreaker.Benchmarks.Micro;


/// <summary>A call that an open circuit rejects; the floor lets it through. The peers reject by an exception, which is caught here.</summary>
public class OpenRejection : SideBySide
{
    private readonly HttpRequestMessage _request = Requests.ToHost();

    private protected override void Arrange(Subject subject)
    {
        var answer = Task.FromResult(new HttpResponseMessage(HttpStatusCode.ServiceUnavailable));
        subject.Host.Answer = () => answer;
        ManyCalls.Of(subject, _request)(200);
    }

    private protected override async Task Call(Subject subject)
    {
        try
        {
            await subject.SendAsync(_request);
        }
        catch (global::Polly.CircuitBreaker.BrokenCircuitException)
        {
            // Open.
        }
    }
}
