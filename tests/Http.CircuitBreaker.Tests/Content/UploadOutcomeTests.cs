using System.Net.Http.Json;
using Http.CircuitBreaker.Tests.Support;

namespace Http.CircuitBreaker.Tests.Content;

/// <summary>Content that fails at its source is ignored; a network error while it is sent is a failure, whatever the content makes of it.</summary>
public sealed class UploadOutcomeTests : IDisposable
{
    private readonly HandlerRig _rig = new(options => (options.MinimumThroughput, options.ConsecutiveFailures) = (1_000, null));
    private Stream _destination = new MemoryStream();

    public UploadOutcomeTests() => _rig.Answer = TransportAsync;

    public static TheoryData<HttpContent> FailingContent =>
    [
        new StreamContent(new ScriptedStream(new byte[10], new IOException("disk"))),
        new StreamContent(new ScriptedStream(new ObjectDisposedException("file"))),
        new StreamContent(new ScriptedStream(new InvalidOperationException("order"))),
        new StreamContent(new ScriptedStream(new OperationCanceledException("the source was canceled"))),
        new MultipartFormDataContent { { new StringContent("text"), "a" }, { new StreamContent(new ScriptedStream(new IOException())), "b" } },
        JsonContent.Create(new Cycle()),
        JsonContent.Create(ThrowingAsync()),
        Disposed(new StreamContent(new MemoryStream())),
        new PushContent(_ => throw new IOException("pushed")),
        new PushContent(async stream =>
        {
            await stream.WriteAsync(new byte[10]);
            await stream.FlushAsync();
            throw new HttpRequestException("another host", new IOException());
        }),
        new PushContent(_ => null!),
        new PushContent(stream => stream.WriteAsync(new byte[10]).AsTask(), length: 20),
        new PushContent(stream => stream.WriteAsync(new byte[10]).AsTask(), length: 5),
    ];

    public static TheoryData<HttpContent> ContentThatMeetsANetworkError =>
    [
        new StreamContent(new MemoryStream(new byte[10])),
        new StreamContent(new ScriptedStream(new byte[10])),
        new MultipartFormDataContent { { new StreamContent(new MemoryStream(new byte[10])), "b" } },
        JsonContent.Create(new { A = 1 }),
        new PushContent(stream => stream.WriteAsync(new byte[10]).AsTask()),
        new PushContent(stream => stream.WriteAsync(new byte[10], 0, 10)),
        new PushContent(stream => stream.FlushAsync()),
        new PushContent(async stream =>
        {
            try
            {
                await stream.WriteAsync(new byte[10]);
            }
            catch (IOException exception)
            {
                throw new IOException("The source failed.", new InvalidOperationException("wrapped", exception));
            }
        }),
        Translating(),
        new PushContent(async stream => await Record.ExceptionAsync(() => stream.WriteAsync(new byte[10]).AsTask())),
        new PushContent(stream =>
        {
            Record.Exception(() => stream.WriteByte(1));
            throw new IOException("The source failed.");
        }),
    ];

    public void Dispose() => _rig.Dispose();

    [Theory]
    [MemberData(nameof(FailingContent))]
    public async Task Upload_that_fails_because_of_its_content_is_ignored(HttpContent content)
    {
        await Assert.ThrowsAnyAsync<Exception>(() => SendAsync(content));

        Assert.Equal((0, 1), (_rig.Circuit.TotalFailed, _rig.Circuit.TotalIgnored));
    }

    [Theory]
    [MemberData(nameof(ContentThatMeetsANetworkError))]
    public async Task Upload_that_fails_because_of_the_network_is_a_failure(HttpContent content)
    {
        _destination = new FailingDestination(new IOException("reset"), isLate: true);

        await Assert.ThrowsAnyAsync<Exception>(() => SendAsync(content));

        Assert.Equal((1, 0), (_rig.Circuit.TotalFailed, _rig.Circuit.TotalIgnored));
    }

    [Fact]
    public async Task Upload_that_exceeds_a_client_limit_is_ignored_even_if_the_content_translates_the_exception()
    {
        _destination = new FailingDestination(new HttpRequestException(HttpRequestError.ConfigurationLimitExceeded), isLate: true);

        await Assert.ThrowsAsync<FormatException>(() => SendAsync(Translating()));

        Assert.Equal((0, 1), (_rig.Circuit.TotalFailed, _rig.Circuit.TotalIgnored));
    }

    [Fact]
    public void Synchronous_upload_is_ignored_if_its_content_fails_and_a_failure_if_the_network_fails()
    {
        using var failing = new HttpRequestMessage(HttpMethod.Post, HandlerRig.Url) { Content = new StreamContent(new ScriptedStream(new IOException())) };
        Assert.Throws<HttpRequestException>(() => _rig.Invoker.Send(failing, default));
        Assert.Equal((0, 1), (_rig.Circuit.TotalFailed, _rig.Circuit.TotalIgnored));

        _destination = new FailingDestination(new IOException("reset"), isLate: false);
        using var reset = new HttpRequestMessage(HttpMethod.Post, HandlerRig.Url) { Content = new StreamContent(new ScriptedStream(new byte[10])) };
        Assert.Throws<HttpRequestException>(() => _rig.Invoker.Send(reset, default));
        Assert.Equal((1, 1), (_rig.Circuit.TotalFailed, _rig.Circuit.TotalIgnored));
    }

    [Fact]
    public async Task Last_upload_attempt_of_an_inner_handler_determines_the_outcome()
    {
        // The first attempt fails at the source; the second one, which reads it again, in the network.
        var source = new ScriptedStream(new IOException());
        _rig.Answer = async (request, token) =>
        {
            await Record.ExceptionAsync(() => request.Content!.CopyToAsync(Stream.Null, token));
            throw new HttpRequestException(HttpRequestError.ConnectionError);
        };
        await Assert.ThrowsAsync<HttpRequestException>(() => SendAsync(new StreamContent(source)));
        Assert.Equal((0, 1), (_rig.Circuit.TotalFailed, _rig.Circuit.TotalIgnored));

        var attempts = 0;
        _rig.Answer = async (request, token) =>
        {
            await Record.ExceptionAsync(() => request.Content!.CopyToAsync(Stream.Null, token));
            await request.Content!.CopyToAsync(Stream.Null, token);
            throw new HttpRequestException(HttpRequestError.ConnectionError);
        };
        await Assert.ThrowsAsync<HttpRequestException>(() => SendAsync(new PushContent(_ => attempts++ == 0 ? throw new IOException() : Task.CompletedTask)));
        Assert.Equal((1, 1), (_rig.Circuit.TotalFailed, _rig.Circuit.TotalIgnored));
    }

    [Fact]
    public async Task Client_timeout_is_ignored_while_the_upload_waits_for_its_content()
    {
        using var rig = new HandlerRig(options => options.ClientTimeout = TimeSpan.FromSeconds(10)) { Answer = TransportAsync };
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(10), rig.Time);
        var sending = rig.Invoker.SendAsync(Request(new StreamContent(new ScriptedStream(new byte[10], new TaskCompletionSource().Task))), timeout.Token);

        rig.Time.Advance(TimeSpan.FromSeconds(10));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
        Assert.Equal((0, 1), (rig.Circuit.TotalFailed, rig.Circuit.TotalIgnored));
    }

    [Fact]
    public async Task CallTimeout_is_ignored_while_the_upload_waits_for_its_content()
    {
        using var rig = new HandlerRig(options => options.CallTimeout = TimeSpan.FromSeconds(10)) { Answer = TransportAsync };
        var sending = rig.Invoker.SendAsync(Request(new StreamContent(new ScriptedStream(new byte[10], new TaskCompletionSource().Task))), default);

        rig.Time.Advance(TimeSpan.FromSeconds(10));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
        Assert.Equal((0, 1), (rig.Circuit.TotalFailed, rig.Circuit.TotalIgnored));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Client_timeout_is_a_failure_while_the_upload_waits_for_the_host(bool isReading)
    {
        // The host does not read the upload, or it has read it and does not answer.
        using var rig = new HandlerRig(options => options.ClientTimeout = TimeSpan.FromSeconds(10));
        rig.Answer = async (request, token) =>
        {
            await request.Content!.CopyToAsync(isReading ? Stream.Null : new StalledStream(), token);
            await Task.Delay(Timeout.Infinite, token);
            return new HttpResponseMessage();
        };
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(10), rig.Time);
        var sending = rig.Invoker.SendAsync(Request(new StreamContent(new ScriptedStream(new byte[10]))), timeout.Token);

        rig.Time.Advance(TimeSpan.FromSeconds(10));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
        Assert.Equal((1, 0), (rig.Circuit.TotalFailed, rig.Circuit.TotalIgnored));
    }

    [Fact]
    public async Task Upload_that_the_host_resets_while_it_waits_for_its_content_is_a_failure()
    {
        using var reset = new CancellationTokenSource();
        _rig.Answer = async (request, _) =>
        {
            // HTTP/2 cancels the upload when the host resets the stream.
            await request.Content!.CopyToAsync(Stream.Null, reset.Token);
            return new HttpResponseMessage();
        };
        var sending = SendAsync(new StreamContent(new ScriptedStream(new byte[10], new TaskCompletionSource().Task)));

        await reset.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
        Assert.Equal((1, 0), (_rig.Circuit.TotalFailed, _rig.Circuit.TotalIgnored));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Response_body_that_breaks_with_the_upload_is_a_failure_unless_the_request_content_failed(bool isSourceToBlame)
    {
        var source = new TaskCompletionSource();
        var content = new PushContent(async stream =>
        {
            await source.Task;
            await stream.WriteAsync(new byte[1]);
        });
        Task uploading = Task.CompletedTask;
        _rig.Answer = (request, _) =>
        {
            uploading = request.Content!.CopyToAsync(
                new FailingDestination(new IOException("reset"), isLate: true), CancellationToken.None);
            return Task.FromResult(new HttpResponseMessage { Content = new ScriptedContent(new byte[1], new IOException("The request was aborted.")) });
        };
        using var response = await SendAsync(content);

        if (isSourceToBlame)
        {
            source.SetException(new IOException("disk"));
        }
        else
        {
            source.SetResult();
        }

        await Assert.ThrowsAsync<HttpRequestException>(() => uploading);
        await Assert.ThrowsAsync<HttpRequestException>(() => response.Content.ReadAsByteArrayAsync());
        Assert.Equal(isSourceToBlame ? (0, 1) : (1, 0), (_rig.Circuit.TotalFailed, _rig.Circuit.TotalSucceeded));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Content_error_is_ignored_and_network_error_is_a_failure_if_the_transport_reads_a_stream(bool isSync)
    {
        _rig.Answer = async (request, token) =>
        {
            await using var source = isSync ? request.Content!.ReadAsStream(token) : await request.Content!.ReadAsStreamAsync(token);
            if (isSync)
            {
                source.CopyTo(_destination);
            }
            else
            {
                await source.CopyToAsync(_destination, token);
            }

            return new HttpResponseMessage();
        };

        await Assert.ThrowsAsync<IOException>(() => SendAsync(new StreamContent(new ScriptedStream(new byte[10], new IOException("disk")))));
        Assert.Equal((0, 1), (_rig.Circuit.TotalFailed, _rig.Circuit.TotalIgnored));

        _destination = new FailingDestination(new IOException("reset"), isLate: !isSync);
        await Assert.ThrowsAsync<IOException>(() => SendAsync(new StreamContent(new ScriptedStream(new byte[10]))));
        Assert.Equal((1, 1), (_rig.Circuit.TotalFailed, _rig.Circuit.TotalIgnored));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Upload_whose_content_stream_cannot_be_opened_is_ignored(bool isSync)
    {
        _rig.Answer = async (request, token) =>
        {
            _ = isSync ? request.Content!.ReadAsStream(token) : await request.Content!.ReadAsStreamAsync(token);
            return new HttpResponseMessage();
        };

        await Assert.ThrowsAnyAsync<Exception>(() => SendAsync(new PushContent(_ => throw new IOException())));

        Assert.Equal((0, 1), (_rig.Circuit.TotalFailed, _rig.Circuit.TotalIgnored));
    }

    private static async IAsyncEnumerable<int> ThrowingAsync()
    {
        await Task.Yield();
        yield return 1;
        throw new IOException("database");
    }

    // Wraps exceptions of the destination in one that is not known as a network error.
    private static PushContent Translating() => new(async stream =>
    {
        try
        {
            await stream.WriteAsync(new byte[10]);
        }
        catch (Exception exception)
        {
            throw new FormatException("Cannot write.", exception);
        }
    });

    private static HttpContent Disposed(HttpContent content)
    {
        content.Dispose();
        return content;
    }

    private static HttpRequestMessage Request(HttpContent content) => new(HttpMethod.Post, HandlerRig.Url) { Content = content };

    private Task<HttpResponseMessage> SendAsync(HttpContent content) => _rig.Invoker.SendAsync(Request(content), default);

    // Copies the content to the destination, and wraps exceptions as HTTP/1.1 does.
    private async Task<HttpResponseMessage> TransportAsync(HttpRequestMessage request, CancellationToken token)
    {
        var content = request.Content!;
        var (length, start) = (content.Headers.ContentLength, _destination.Position);
        try
        {
            using var limited = new LengthLimit(_destination, length ?? long.MaxValue);
            await content.CopyToAsync(limited, token);
            if (_destination is FailingDestination)
            {
                throw new IOException("The connection is broken.");
            }

            return _destination.Position - start < (length ?? 0) ? throw new HttpRequestException("Too short.") : new HttpResponseMessage();
        }
        catch (Exception exception) when (exception is IOException or InvalidOperationException)
        {
            throw new HttpRequestException("An error occurred while sending the request.", exception);
        }
    }

    /// <summary>Throws if more is written than the length, as the transport does.</summary>
    private sealed class LengthLimit(Stream inner, long length) : MemoryStream
    {
        private long _written;

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            _written += buffer.Length;
            if (_written > length)
            {
                throw new HttpRequestException("Too long.");
            }

            await inner.WriteAsync(buffer, cancellationToken);
        }

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override void Write(ReadOnlySpan<byte> buffer) => inner.Write(buffer);

        public override void Write(byte[] buffer, int offset, int count) => inner.Write(buffer, offset, count);

        public override void WriteByte(byte value) => inner.WriteByte(value);

        public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);
    }

    private sealed class Cycle
    {
        public Cycle Next => this;
    }

    /// <summary>A stream whose writes never complete.</summary>
    private sealed class StalledStream : MemoryStream
    {
        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            await Task.Delay(Timeout.Infinite, cancellationToken);
    }
}
