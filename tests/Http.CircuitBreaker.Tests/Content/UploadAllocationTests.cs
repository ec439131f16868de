using System.Net.Http.Headers;
using Http.CircuitBreaker.Tests.Support;
using Xunit.Abstractions;

namespace Http.CircuitBreaker.Tests.Content;

/// <summary>The bytes that observing an upload allocates per call.</summary>
[Collection(SequentialTests.Name)]
public sealed class UploadAllocationTests(ITestOutputHelper output)
{
    private const int Calls = 2_000;
    private const int Limit = 250;

    public static TheoryData<string, Func<HttpContent>> Contents => new()
    {
        { "stream without headers", () => new StreamContent(new MemoryStream(new byte[10])) },
        { "stream", () => WithType(new StreamContent(new MemoryStream(new byte[10]))) },
        { "custom", () => WithType(new PushContent(_ => Task.CompletedTask)) },
    };

    [Fact]
    public async Task Request_content_in_memory_causes_no_additional_allocation() =>
        Assert.Equal(0, await AddedBytesAsync(() => new ByteArrayContent([1]), ReadLength) - await AddedBytesAsync(() => null, _ => { }));

    [Theory]
    [MemberData(nameof(Contents))]
    public async Task Observing_an_upload_allocates_at_most_250_bytes(string name, Func<HttpContent> create)
    {
        var bytes = await AddedBytesAsync(create, _ => { }) - await AddedBytesAsync(() => null, _ => { });
        output.WriteLine($"{name}: {bytes} bytes");
        Assert.InRange(bytes, 1, Limit);
    }

    // The asynchronous copy has a state machine in debug builds even if it completes synchronously, so copy synchronously.
    [Fact]
    public async Task Sending_an_observed_upload_allocates_at_most_250_bytes()
    {
        var bytes = await AddedBytesAsync(Create, Send) - await AddedBytesAsync(() => null, _ => { });
        output.WriteLine($"{bytes} bytes");
        Assert.InRange(bytes, 1, Limit);

        static HttpContent Create() => WithType(new StreamContent(new MemoryStream(new byte[10])));

        static void Send(HttpRequestMessage request)
        {
            ReadLength(request);
            request.Content!.CopyTo(Stream.Null, null, CancellationToken.None);
        }
    }

    // Every transport does this.
    private static void ReadLength(HttpRequestMessage request) => Assert.NotNull(request.Content!.Headers.ContentLength);

    private static HttpContent WithType(HttpContent content)
    {
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return content;
    }

    // What the breaker allocates in addition to the host.
    private static async Task<long> AddedBytesAsync(Func<HttpContent?> create, Action<HttpRequestMessage> send)
    {
        var answer = Task.FromResult(new HttpResponseMessage());
        using var host = new StubHandler((request, _) =>
        {
            send(request);
            return answer;
        });
        using var breaker = new HttpMessageInvoker(new CircuitBreakerHandler(new CircuitBreakerOptions()) { InnerHandler = host }, disposeHandler: false);
        using var plain = new HttpMessageInvoker(host, disposeHandler: false);
        var differences = new List<double>();
        for (var round = 0; round < 5; round++)
        {
            var bytes = await HandlerBytes.PerCallAsync(Calls, () => _ = breaker.SendAsync(Request(), default));
            differences.Add(bytes - await HandlerBytes.PerCallAsync(Calls, () => _ = plain.SendAsync(Request(), default)));
        }

        return (long)differences.Order().ElementAt(2);

        HttpRequestMessage Request() => new(HttpMethod.Post, HandlerRig.Url) { Content = create() };
    }
}
