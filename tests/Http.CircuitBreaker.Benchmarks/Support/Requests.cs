namespace Http.CircuitBreaker.Benchmarks.Support;

/// <summary>Creates requests that can be sent repeatedly through an <see cref="HttpMessageInvoker"/>.</summary>
internal static class Requests
{
    public static HttpRequestMessage ToHost(int number = 0) => new(HttpMethod.Get, $"https://host{number}.example/v1/charges");

    /// <summary>Creates an upload of a stream, with the headers Content-Type and Content-Length.</summary>
    public static HttpRequestMessage Upload() => new(HttpMethod.Post, "https://host0.example/v1/charges")
    {
        Content = new StreamContent(new MemoryStream(new byte[256])) { Headers = { ContentType = new("application/json"), ContentLength = 256 } },
    };

    /// <summary>Creates one request per host, in a random order that is the same in every run.</summary>
    public static HttpRequestMessage[] ToHosts(int count)
    {
        var requests = Enumerable.Range(0, count).Select(ToHost).ToArray();
        new Random(count).Shuffle(requests);
        return requests;
    }
}
