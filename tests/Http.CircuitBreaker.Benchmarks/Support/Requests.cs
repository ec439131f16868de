namespace Http.CircuitBreaker.Benchmarks.Support;

/// <summary>Requests that can be sent again and again: nothing between them and the stand-in for the host minds.</summary>
internal static class Requests
{
    public static HttpRequestMessage ToHost(int number = 0) => new(HttpMethod.Get, $"https://host{number}.example/v1/charges");

    /// <summary>One for each host, in an order as random as that of callers and always the same.</summary>
    public static HttpRequestMessage[] ToHosts(int count)
    {
        var requests = Enumerable.Range(0, count).Select(ToHost).ToArray();
        new Random(count).Shuffle(requests);
        return requests;
    }
}
