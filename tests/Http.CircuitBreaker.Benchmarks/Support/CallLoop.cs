using Polly.CircuitBreaker;

namespace Http.CircuitBreaker.Benchmarks.Support;

/// <summary>Sends calls in a loop on the calling thread. The stub host completes synchronously, so nothing blocks.</summary>
internal static class CallLoop
{
    /// <summary>Creates a loop that cycles through the requests, or sends all calls to one host if there are none.</summary>
    public static Action<int> Create(Subject subject, params HttpRequestMessage[] requests)
    {
        requests = requests is [] ? [Requests.ToHost()] : requests;
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
                    // The peers reject with an exception.
                }

                next = next + 1 < requests.Length ? next + 1 : 0;
            }
        };
    }
}
