namespace Http.CircuitBreaker.Benchmarks.Support;

/// <summary>Creates requests that can be sent repeatedly through an <see cref="HttpMessageInvoker"/>.</summary>
internal static class Requests
{
    public static HttpRequestMessage ToHost(int number = 0) => new(HttpMethod.Get, $"https://host{number}.example/v1/charges");

    /// <summary>Creates one request per host, in a random order that is the same in every run.</summary>
    public static HttpRequestMessage[] ToHosts(int count)
    {
        var requests = Enumerable.Range(0, count).Select(ToHost).ToArray();
        new Random(count).Shuffle(requests);
        return requests;
    }
}
