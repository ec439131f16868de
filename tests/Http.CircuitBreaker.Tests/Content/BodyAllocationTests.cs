using Http.CircuitBreaker.Tests.Support;
using Xunit.Abstractions;

namespace Http.CircuitBreaker.Tests.Content;

/// <summary>The bytes that observing a body allocates per call, compared with a handler that does not observe it.</summary>
[Collection(SequentialTests.Name)]
public sealed class BodyAllocationTests(ITestOutputHelper output)
{
    private const int Calls = 2_000;
    private const int Rounds = 5;
    private const int HandlerLimit = 256;
    private const int RequestLimit = 420;

    public static TheoryData<string, string[]> Headers => new()
    {
        { "type and length", ["Content-Type: application/json; charset=utf-8", "Content-Length: 100"] },
        { "length", ["Content-Length: 100"] },
        { "chunked, with a type", ["Content-Type: application/json; charset=utf-8"] },
        { "chunked, without a type", [] },
    };

    [Theory]
    [MemberData(nameof(Headers))]
    public async Task Observing_a_body_allocates_at_most_256_bytes_in_the_handler(string name, string[] headers)
    {
        var bytes = await MeasureAsync(
            headers, () => new ScriptedStream(), (client, request) => client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead));
        output.WriteLine($"{name}: {bytes} bytes in the handler");
        Assert.InRange(bytes, 1, HandlerLimit);
    }

    [Theory]
    [MemberData(nameof(Headers))]
    public async Task Observing_a_body_allocates_at_most_420_bytes_per_request(string name, string[] headers)
    {
        var bytes = await MeasureAsync(headers, () => new ScriptedStream(new byte[100]), (client, request) => client.SendAsync(request));
        output.WriteLine($"{name}: {bytes} bytes per request");
        Assert.InRange(bytes, 1, RequestLimit);
    }

    private delegate Task<HttpResponseMessage> Send(HttpClient client, HttpRequestMessage request);

    private static async Task<long> MeasureAsync(string[] headers, Func<ScriptedStream> body, Send send)
    {
        var differences = new List<long>();
        for (var round = 0; round < Rounds; round++)
        {
            var observed = await BytesAsync(isObserved: true, headers, body, send);
            var notObserved = await BytesAsync(isObserved: false, headers, body, send);
            differences.Add((observed - notObserved + (Calls / 2)) / Calls);
        }

        return differences.Order().ElementAt(Rounds / 2);
    }

    private static async Task<long> BytesAsync(bool isObserved, string[] headers, Func<ScriptedStream> body, Send send)
    {
        var options = new CircuitBreakerOptions { ObserveResponseBody = isObserved };
        var content = () => With(headers, new ScriptedContent(body()));
        var inner = new StubHandler((_, _) => Task.FromResult(new HttpResponseMessage { Content = content() }));
        using var client = new HttpClient(new CircuitBreakerHandler(options) { InnerHandler = inner });
        for (var i = 0; i < Calls; i++)
        {
            await send(client, new HttpRequestMessage(HttpMethod.Get, "http://host/"));
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Calls; i++)
        {
            await send(client, new HttpRequestMessage(HttpMethod.Get, "http://host/"));
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static ScriptedContent With(string[] headers, ScriptedContent content)
    {
        foreach (var header in headers)
        {
            var colon = header.IndexOf(':', StringComparison.Ordinal);
            content.Headers.TryAddWithoutValidation(header[..colon], header[(colon + 2)..]);
        }

        return content;
    }
}
