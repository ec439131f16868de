using System.Net;
using System.Text;
using Http.CircuitBreaker.Content;
using Http.CircuitBreaker.Tests.Support;

namespace Http.CircuitBreaker.Tests.Content;

/// <summary>Responses that no transport gives but a handler may: never an exception that would not come without a breaker.</summary>
public sealed class StrangeContentTests
{
    public static TheoryData<string, Func<HttpResponseMessage>> Strange => new()
    {
        { "no content", () => new HttpResponseMessage { Content = null } },
        { "a content disposed already", () => new HttpResponseMessage { Content = Disposed(new ScriptedContent(new byte[10])) } },
        { "a stream's content disposed already", () => new HttpResponseMessage { Content = Disposed(new StreamContent(new MemoryStream([1]))) } },
        { "a content in memory disposed already", () => new HttpResponseMessage { Content = Disposed(new ByteArrayContent([1])) } },
        { "a response disposed already", () => DisposedResponse() },
        { "a length that throws", () => new HttpResponseMessage { Content = new LengthlessContent() } },
        { "headers that cannot be parsed", () => new HttpResponseMessage { Content = WithHeaders(new ScriptedContent(new byte[10])) } },
        { "a content of the user's own type", () => new HttpResponseMessage { Content = new OwnContent() } },
        { "a stream that is null", () => new HttpResponseMessage { Content = new NullStreamContent() } },
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
    [MemberData(nameof(Strange))]
    public async Task Every_read_ends_as_without_a_breaker(string name, Func<HttpResponseMessage> answer)
    {
        foreach (var (read, reading) in _reads)
        {
            using var bare = new HttpClient(new StubHandler((_, _) => Task.FromResult(answer())));
            using var guarded = new HttpClient(new CircuitBreakerHandler(new CircuitBreakerOptions())
            {
                InnerHandler = new StubHandler((_, _) => Task.FromResult(answer())),
            });
            Assert.Equal((name, read, await EndingAsync(reading, bare)), (name, read, await EndingAsync(reading, guarded)));
        }
    }

    [Fact]
    public async Task A_content_of_the_users_own_type_is_watched()
    {
        using var bench = new BodyBench { Answer = _ => Task.FromResult(new HttpResponseMessage { Content = new OwnContent() }) };
        Assert.IsType<ObservedContent>((await bench.SendAsync()).Content);
    }

    [Fact]
    public async Task A_probe_whose_response_is_disposed_already_gives_its_verdict()
    {
        using var bench = new BodyBench(options => options.HalfOpenProbes = 1);
        await bench.GetWholeAsync();
        bench.OpenByHand();
        bench.Answer = _ => Task.FromResult(DisposedResponse());
        await bench.SendAsync();
        Assert.Equal(CircuitState.Closed, bench.Circuit.State);
    }

    // It is the type that users catch. HttpContent wraps what the content inside another throws, so one that was disposed of is named by the
    // inner exception where a breaker stands between.
    private static async Task<string> EndingAsync(Func<HttpClient, Task<string>> read, HttpClient client)
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

    private sealed class LengthlessContent : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => stream.WriteAsync(new byte[] { 65 }).AsTask();

        protected override bool TryComputeLength(out long length) => throw new NotSupportedException("No length.");
    }

    private sealed class OwnContent : HttpContent
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
