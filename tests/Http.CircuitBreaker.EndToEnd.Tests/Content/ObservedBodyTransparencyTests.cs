using System.Net.WebSockets;
using System.Text;
using System.Text.RegularExpressions;

namespace Http.CircuitBreaker.EndToEnd.Tests.Bodies;

/// <summary>A caller cannot tell from a response whether a breaker watched its body.</summary>
public sealed class TransparencyTests
{
    private static readonly TimeSpan _bound = TimeSpan.FromSeconds(60);

    public static TheoryData<string> Faults => ["whole", "truncated", "chunked", "chunk-size", "gzip", "gzip-cut", "brotli", "odd", "trailers"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Whatever_is_read_from_an_honest_server_is_the_same_with_and_without_a_breaker(int httpVersion)
    {
        await using var server = await HonestServer.StartAsync();
        foreach (var path in HonestServer.Paths)
        {
            await ExpectTheSameAsync(server.Address(httpVersion), new Version(httpVersion, httpVersion % 2), path);
        }
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Whatever_is_read_from_a_broken_server_is_the_same_with_and_without_a_breaker(string fault)
    {
        await using var server = BrokenBodies.Serve();
        var body = Encoding.ASCII.GetBytes("[1,2]");
        server.Answer("odd", "Content-Length: 5\nContent-Type: a\nContent-Type: b/c; charset=nope\nExpires: 0\nLast-Modified: \nX: \u00e4", body);
        server.Answer(
            "trailers", "Transfer-Encoding: chunked\nTrailer: x-a", Encoding.ASCII.GetBytes("5\r\n[1,2]\r\n0\r\nx-a: 1\r\nx-b: 2\r\nx-b: 3\r\n\r\n"));
        await ExpectTheSameAsync(server.Address, new Version(1, 1), fault);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task The_clients_own_limit_gives_the_same_error(int httpVersion)
    {
        await using var server = await HonestServer.StartAsync();
        foreach (var path in (string[])["plain", "chunked"])
        {
            var errors = new List<string>();
            foreach (var isGuarded in (bool[])[false, true])
            {
                using var client = new GuardedClient(server.Address(httpVersion), isGuarded, new Version(httpVersion, httpVersion % 2));
                client.Http.MaxResponseContentBufferSize = 1500;
                errors.Add(Transcript.Of(await Record.ExceptionAsync(() => client.Http.GetAsync(path)))
                    + Transcript.Of(await Record.ExceptionAsync(() => client.Http.GetStringAsync(path))));
                Assert.True(!isGuarded || client.Circuit is { TotalFailed: 0, TotalSucceeded: 2 });
            }

            Assert.Contains("ConfigurationLimitExceeded", errors[0], StringComparison.Ordinal);
            Assert.Equal(errors[0], errors[1]);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_stream_gives_its_first_chunk_before_the_second_is_sent(int httpVersion)
    {
        await using var server = await HonestServer.StartAsync();
        using var client = new GuardedClient(server.Address(httpVersion), isGuarded: true, new Version(httpVersion, httpVersion % 2));
        await using var stream = await client.Http.GetStreamAsync("steps").WaitAsync(_bound);
        var buffer = new byte[100];
        Assert.Equal("first", Encoding.ASCII.GetString(buffer, 0, await stream.ReadAsync(buffer).AsTask().WaitAsync(_bound)));
        var second = stream.ReadAsync(buffer).AsTask();
        Assert.False(second.IsCompleted);
        server.NextStep.SetResult();
        Assert.Equal("second", Encoding.ASCII.GetString(buffer, 0, await second.WaitAsync(_bound)));
    }

    [Fact]
    public async Task A_copy_hands_its_first_chunk_on_before_the_second_is_sent()
    {
        await using var server = await HonestServer.StartAsync();
        using var client = new GuardedClient(server.Address(1), isGuarded: true, new Version(1, 1));
        using var response = await client.Http.GetAsync("steps", HttpCompletionOption.ResponseHeadersRead).WaitAsync(_bound);
        var pipe = new System.IO.Pipelines.Pipe();
        var copying = response.Content.CopyToAsync(pipe.Writer.AsStream());
        Assert.Equal(5, (await pipe.Reader.ReadAtLeastAsync(5).AsTask().WaitAsync(_bound)).Buffer.Length);
        Assert.False(copying.IsCompleted);
        server.NextStep.SetResult();
        await copying.WaitAsync(_bound);
    }

    [Fact]
    public async Task A_web_socket_opens_through_a_breaker()
    {
        await using var server = await HonestServer.StartAsync();
        using var breaker = new CircuitBreakerHandler(new CircuitBreakerOptions()) { InnerHandler = new SocketsHttpHandler() };
        using var invoker = new HttpMessageInvoker(breaker);
        using var socket = new ClientWebSocket();
        using var bound = new CancellationTokenSource(_bound);
        await socket.ConnectAsync(new UriBuilder(server.Address(1)) { Scheme = "ws", Path = "echo" }.Uri, invoker, bound.Token);
        await socket.SendAsync(Encoding.ASCII.GetBytes("hello"), WebSocketMessageType.Text, endOfMessage: true, bound.Token);
        var buffer = new byte[100];
        var echo = await socket.ReceiveAsync(buffer, bound.Token);
        Assert.Equal("hello", Encoding.ASCII.GetString(buffer, 0, echo.Count));
        Assert.Equal((1, 0), Assert.Single(breaker.Circuits.GetSnapshots()) is var circuit ? (circuit.TotalSucceeded, circuit.TotalFailed) : default);
    }

    private static async Task ExpectTheSameAsync(Uri address, Version version, string path)
    {
        using var plain = new GuardedClient(address, isGuarded: false, version);
        using var guarded = new GuardedClient(address, isGuarded: true, version);
        foreach (var (name, read) in ObservableReads.All())
        {
            var expected = Comparable(path, await Transcript.OfAsync(() => read(plain.Http, path)));
            var actual = Comparable(path, await Transcript.OfAsync(() => read(guarded.Http, path)));
            Assert.True(expected == actual, $"{path}, {name}, without a breaker:\n{expected}\nwith one:\n{actual}");
        }
    }

    // The one difference: the decompressor's content has no length even when it is buffered; ours then knows it.
    private static string Comparable(string path, string transcript) =>
        path == "gzip" ? Regex.Replace(transcript, @"\n *Content-Length[^\n]*| length \d*", "") : transcript;
}
