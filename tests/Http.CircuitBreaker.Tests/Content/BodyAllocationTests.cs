using Http.CircuitBreaker.Tests.Support;
using Xunit.Abstractions;

namespace Http.CircuitBreaker.Tests.Content;

/// <summary>What watching a body costs, in bytes for each call: that of a handler that watches, less that of one that does not.</summary>
[Collection(Alone.Name)]
public sealed class BodyCostTests(ITestOutputHelper output)
{
    private const int Calls = 2_000;
    private const int Rounds = 5;
    private const int AtTheHandler = 250;
    private const int WholeRequest = 400;

    public static TheoryData<string, string[]> Headers => new()
    {
        { "type and length", ["Content-Type: application/json; charset=utf-8", "Content-Length: 100"] },
        { "length", ["Content-Length: 100"] },
        { "chunked, with a type", ["Content-Type: application/json; charset=utf-8"] },
        { "chunked, without a type", [] },
    };

    [Theory]
    [MemberData(nameof(Headers))]
    public async Task To_watch_a_body_costs_at_most_250_bytes_at_the_handler(string name, string[] headers)
    {
        var cost = await CostAsync(
            headers, () => new ScriptedStream(), (client, request) => client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead));
        output.WriteLine($"{name}: {cost} bytes at the handler");
        Assert.InRange(cost, 1, AtTheHandler);
    }

    [Theory]
    [MemberData(nameof(Headers))]
    public async Task To_watch_a_body_costs_at_most_400_bytes_for_a_whole_request(string name, string[] headers)
    {
        var cost = await CostAsync(headers, () => new ScriptedStream(new byte[100]), (client, request) => client.SendAsync(request));
        output.WriteLine($"{name}: {cost} bytes a request");
        Assert.InRange(cost, 1, WholeRequest);
    }

    private delegate Task<HttpResponseMessage> Send(HttpClient client, HttpRequestMessage request);

    private static async Task<long> CostAsync(string[] headers, Func<ScriptedStream> body, Send send)
    {
        var costs = new List<long>();
        for (var round = 0; round < Rounds; round++)
        {
            var watching = await BytesAsync(isWatching: true, headers, body, send);
            var notWatching = await BytesAsync(isWatching: false, headers, body, send);
            costs.Add((watching - notWatching + (Calls / 2)) / Calls);
        }

        return costs.Order().ElementAt(Rounds / 2);
    }

    private static async Task<long> BytesAsync(bool isWatching, string[] headers, Func<ScriptedStream> body, Send send)
    {
        var options = new CircuitBreakerOptions { ObserveResponseBody = isWatching };
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
