using Polly.CircuitBreaker;

namespace Http.CircuitBreaker.Benchmarks.Support;

/// <summary>Many calls in a row on the calling thread; the stand-in for the host answers at once, so nothing is waited for.</summary>
internal static class ManyCalls
{
    /// <summary>As many as asked, with the requests in turn; without any, all to one host.</summary>
    public static Action<int> Of(Subject subject, params HttpRequestMessage[] given)
    {
        HttpRequestMessage[] requests = given is [] ? [Requests.ToHost()] : given;
        var next = 0;
        return calls =>
        {
            for (var i = 0; i < calls; i++)
            {
                try
                {
                    subject.SendAsync(requests[next]).GetAwaiter().GetResult();
                }
                catch (BrokenCircuitException)
                {
                    // How the peers reject.
                }

                next = next + 1 < requests.Length ? next + 1 : 0;
            }
        };
    }
}
