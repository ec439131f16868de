using System.Net.WebSockets;
using System.Text;

namespace Http.CircuitBreaker.EndToEnd.Tests.Content;

/// <summary>A response whose body is observed behaves like one without a circuit breaker.</summary>
public sealed class ObservedBodyTransparencyTests
{
    private static readonly TimeSpan _testTimeout = TimeSpan.FromSeconds(60);

    public static TheoryData<string> Faults => ["whole", "truncated", "chunked", "chunk-size", "gzip", "gzip-cut", "brotli", "odd", "trailers"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Reading_a_valid_response_gives_the_same_result_with_and_without_a_breaker(int httpVersion)
    {
        await using var server = await KestrelServer.StartAsync();
        foreach (var path in KestrelServer.Paths)
        {
            await AssertSameAsync(server.Address(httpVersion), new Version(httpVersion, httpVersion % 2), path);
        }
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Reading_a_broken_response_gives_the_same_result_with_and_without_a_breaker(string fault)
    {
        await using var server = BrokenBodies.Serve();
        var body = Encoding.ASCII.GetBytes("[1,2]");
        server.Answer("odd", "Content-Length: 5\nContent-Type: a\nContent-Type: b/c; charset=nope\nExpires: 0\nLast-Modified: \nX: \u00e4", body);
        server.Answer(
            "trailers", "Transfer-Encoding: chunked\nTrailer: x-a", Encoding.ASCII.GetBytes("5\r\n[1,2]\r\n0\r\nx-a: 1\r\nx-b: 2\r\nx-b: 3\r\n\r\n"));
        await AssertSameAsync(server.Address, new Version(1, 1), fault);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Response_over_the_buffer_limit_fails_the_same_way_with_and_without_a_breaker(int httpVersion)
    {
        await using var server = await KestrelServer.StartAsync();
        foreach (var path in (string[])["plain", "chunked"])
        {
            var errors = new List<string>();
            foreach (var isGuarded in (bool[])[false, true])
            {
                using var client = new GuardedClient(server.Address(httpVersion), isGuarded, new Version(httpVersion, httpVersion % 2));
                client.Http.MaxResponseContentBufferSize = 1500;
                errors.Add(Transcript.Create(await Record.ExceptionAsync(() => client.Http.GetAsync(path)))
                    + Transcript.Create(await Record.ExceptionAsync(() => client.Http.GetStringAsync(path))));
                Assert.True(!isGuarded || client.Circuit is { TotalFailed: 0, TotalSucceeded: 2 });
            }

            Assert.Contains("ConfigurationLimitExceeded", errors[0], StringComparison.Ordinal);
            Assert.Equal(errors[0], errors[1]);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Stream_returns_the_first_chunk_before_the_second_is_sent(int httpVersion)
    {
        await using var server = await KestrelServer.StartAsync();
        using var client = new GuardedClient(server.Address(httpVersion), isGuarded: true, new Version(httpVersion, httpVersion % 2));
        await using var stream = await client.Http.GetStreamAsync("steps").WaitAsync(_testTimeout);
        var buffer = new byte[100];
        Assert.Equal("first", Encoding.ASCII.GetString(buffer, 0, await stream.ReadAsync(buffer).AsTask().WaitAsync(_testTimeout)));
        var second = stream.ReadAsync(buffer).AsTask();
        Assert.False(second.IsCompleted);
        server.NextStep.SetResult();
        Assert.Equal("second", Encoding.ASCII.GetString(buffer, 0, await second.WaitAsync(_testTimeout)));
    }

    [Fact]
    public async Task CopyToAsync_writes_the_first_chunk_before_the_second_is_sent()
    {
        await using var server = await KestrelServer.StartAsync();
        using var client = new GuardedClient(server.Address(1), isGuarded: true, new Version(1, 1));
        using var response = await client.Http.GetAsync("steps", HttpCompletionOption.ResponseHeadersRead).WaitAsync(_testTimeout);
        var pipe = new System.IO.Pipelines.Pipe();
        var copying = response.Content.CopyToAsync(pipe.Writer.AsStream());
        Assert.Equal(5, (await pipe.Reader.ReadAtLeastAsync(5).AsTask().WaitAsync(_testTimeout)).Buffer.Length);
        Assert.False(copying.IsCompleted);
        server.NextStep.SetResult();
        await copying.WaitAsync(_testTimeout);
    }

    [Fact]
    public async Task WebSocket_connects_through_a_breaker()
    {
        await using var server = await KestrelServer.StartAsync();
        using var breaker = new CircuitBreakerHandler(new CircuitBreakerOptions()) { InnerHandler = new SocketsHttpHandler() };
        using var invoker = new HttpMessageInvoker(breaker);
        using var socket = new ClientWebSocket();
        using var deadline = new CancellationTokenSource(_testTimeout);
        await socket.ConnectAsync(new UriBuilder(server.Address(1)) { Scheme = "ws", Path = "echo" }.Uri, invoker, deadline.Token);
        await socket.SendAsync(Encoding.ASCII.GetBytes("hello"), WebSocketMessageType.Text, endOfMessage: true, deadline.Token);
        var buffer = new byte[100];
        var echo = await socket.ReceiveAsync(buffer, deadline.Token);
        Assert.Equal("hello", Encoding.ASCII.GetString(buffer, 0, echo.Count));
        Assert.Equal((1, 0), Assert.Single(breaker.Circuits.GetSnapshots()) is var circuit ? (circuit.TotalSucceeded, circuit.TotalFailed) : default);
    }

    private static async Task AssertSameAsync(Uri address, Version version, string path)
    {
        using var plain = new GuardedClient(address, isGuarded: false, version);
        using var guarded = new GuardedClient(address, isGuarded: true, version);
        foreach (var (name, read) in ObservableReads.All())
        {
            var expected = await Transcript.CreateAsync(() => read(plain.Http, path));
            var actual = await Transcript.CreateAsync(() => read(guarded.Http, path));
            Assert.True(expected == actual, $"{path}, {name}, without a breaker:\n{expected}\nwith one:\n{actual}");
        }
    }
}
