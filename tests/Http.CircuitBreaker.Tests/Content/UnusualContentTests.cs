using System.Net;
using System.Text;
using Http.CircuitBreaker.Content;
using Http.CircuitBreaker.Tests.Support;

namespace Http.CircuitBreaker.Tests.Content;

/// <summary>Unusual responses of custom handlers cause no exception that would not occur without a breaker.</summary>
public sealed class UnusualContentTests
{
    public static TheoryData<string, Func<HttpResponseMessage>> UnusualResponses => new()
    {
        { "no content", () => new HttpResponseMessage { Content = null } },
        { "disposed content", () => new HttpResponseMessage { Content = Disposed(new ScriptedContent(new byte[10])) } },
        { "disposed stream content", () => new HttpResponseMessage { Content = Disposed(new StreamContent(new MemoryStream([1]))) } },
        { "disposed in-memory content", () => new HttpResponseMessage { Content = Disposed(new ByteArrayContent([1])) } },
        { "disposed response", () => DisposedResponse() },
        { "length that throws", () => new HttpResponseMessage { Content = new ThrowingLengthContent() } },
        { "invalid headers", () => new HttpResponseMessage { Content = WithHeaders(new ScriptedContent(new byte[10])) } },
        { "custom content", () => new HttpResponseMessage { Content = new CustomContent() } },
        { "null stream", () => new HttpResponseMessage { Content = new NullStreamContent() } },
    };

    private static readonly (string Name, Func<HttpClient, Task<string>> Read)[] _reads =
    [
        ("GetStringAsync", client => client.GetStringAsync("http://host/")),
        ("GetStreamAsync", async client => $"{(await client.GetStreamAsync("http://host/")).ReadByte()}"),
        ("buffered", async client => $"{(await client.GetAsync("http://host/")).Content?.Headers.ContentLength}"),
        ("headers only", async client => $"{(await client.GetAsync("http://host/", HttpCompletionOption.ResponseHeadersRead)).StatusCode}"),
        ("header access", async client =>
            $"{(await client.GetAsync("http://host/", HttpCompletionOption.ResponseHeadersRead)).Content?.Headers.ContentLength}"),
        ("read as stream, synchronously", async client =>
            $"{(await client.GetAsync("http://host/", HttpCompletionOption.ResponseHeadersRead)).Content.ReadAsStream()?.ReadByte()}"),
        ("copied", async client =>
        {
            var copy = new MemoryStream();
            await (await client.GetAsync("http://host/", HttpCompletionOption.ResponseHeadersRead)).Content.CopyToAsync(copy);
            return Encoding.UTF8.GetString(copy.ToArray());
        }),
        ("disposed", async client =>
        {
            (await client.GetAsync("http://host/", HttpCompletionOption.ResponseHeadersRead)).Dispose();
            return "disposed";
        }),
    ];

    [Theory]
    [MemberData(nameof(UnusualResponses))]
    public async Task Every_read_method_has_the_same_result_as_without_a_breaker(string name, Func<HttpResponseMessage> answer)
    {
        foreach (var (read, reading) in _reads)
        {
            using var bare = new HttpClient(new StubHandler((_, _) => Task.FromResult(answer())));
            using var guarded = new HttpClient(new CircuitBreakerHandler(new CircuitBreakerOptions())
            {
                InnerHandler = new StubHandler((_, _) => Task.FromResult(answer())),
            });
            Assert.Equal((name, read, await GetResultAsync(reading, bare)), (name, read, await GetResultAsync(reading, guarded)));
        }
    }

    [Fact]
    public async Task Response_with_a_custom_HttpContent_is_observed()
    {
        using var bench = new BodyBench { Answer = _ => Task.FromResult(new HttpResponseMessage { Content = new CustomContent() }) };
        Assert.IsType<ObservedContent>((await bench.SendAsync()).Content);
    }

    [Fact]
    public async Task Probe_with_a_disposed_response_closes_the_circuit()
    {
        using var bench = new BodyBench(options => options.HalfOpenProbes = 1);
        await bench.GetWholeAsync();
        bench.IsolateUntilProbe();
        bench.Answer = _ => Task.FromResult(DisposedResponse());
        await bench.SendAsync();
        Assert.Equal(CircuitState.Closed, bench.Circuit.State);
    }

    // Compares exception types, because users catch those. HttpContent wraps exceptions of an inner content, so with a breaker the
    // ObjectDisposedException is the inner exception.
    private static async Task<string> GetResultAsync(Func<HttpClient, Task<string>> read, HttpClient client)
    {
        try
        {
            return await read(client);
        }
        catch (Exception exception)
        {
            return exception is HttpRequestException { InnerException: ObjectDisposedException } ? nameof(ObjectDisposedException) : exception.GetType().Name;
        }
    }

    private static HttpContent Disposed(HttpContent content)
    {
        content.Dispose();
        return content;
    }

    private static HttpResponseMessage DisposedResponse()
    {
        var response = new HttpResponseMessage { Content = new ScriptedContent(new byte[10]) };
        response.Dispose();
        return response;
    }

    private static ScriptedContent WithHeaders(ScriptedContent content)
    {
        content.Headers.TryAddWithoutValidation("Content-Type", "no/such/type;;=");
        content.Headers.TryAddWithoutValidation("Content-Length", "many");
        content.Headers.TryAddWithoutValidation("Expires", ["never", "always"]);
        return content;
    }

    private sealed class ThrowingLengthContent : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => stream.WriteAsync(new byte[] { 65 }).AsTask();

        protected override bool TryComputeLength(out long length) => throw new NotSupportedException("No length.");
    }

    private sealed class CustomContent : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => stream.WriteAsync("own"u8.ToArray()).AsTask();

        protected override bool TryComputeLength(out long length)
        {
            length = 3;
            return true;
        }
    }

    private sealed class NullStreamContent : HttpContent
    {
        protected override Task<Stream> CreateContentReadStreamAsync() => Task.FromResult<Stream>(null!);

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => null!;

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
