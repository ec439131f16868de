using System.Diagnostics.CodeAnalysis;
using Http.CircuitBreaker.Content;

namespace Http.CircuitBreaker.Tests.Content;

/// <summary>A broken body turns the success of its headers into a failure, once.</summary>
public sealed class BodyOutcomeTests
{
    public static TheoryData<Exception, string> HostErrors => new()
    {
        { new IOException("reset"), "System.IO.IOException" },
        { new HttpIOException(HttpRequestError.ResponseEnded), "response_ended" },
        { new HttpIOException(HttpRequestError.Unknown), "System.Net.Http.HttpIOException" },
        { new HttpRequestException(HttpRequestError.InvalidResponse), "invalid_response" },
        { new InvalidDataException("no gzip"), "System.IO.InvalidDataException" },
        { new InvalidOperationException("no brotli") { Source = "System.IO.Compression.Brotli" }, "System.InvalidOperationException" },
        { new OperationCanceledException("inner timeout"), "timeout" },
        { new TimeoutException("inner timeout"), "timeout" },
    };

    public static TheoryData<Exception> ReaderErrors =>
    [
        new ObjectDisposedException("stream"),
        new ObjectDisposedException("stream") { Source = "System.IO.Compression.Brotli" },
        new InvalidOperationException("read twice"),
        new NotSupportedException("no synchronous reads"),
        new ArgumentException("bad buffer"),
        new HttpRequestException(HttpRequestError.ConfigurationLimitExceeded),
    ];

    [Theory]
    [MemberData(nameof(HostErrors))]
    public async Task Broken_body_turns_the_call_into_a_failure(Exception fault, string reason)
    {
        using var bench = new BodyBench();
        var response = await bench.GetAsync(new byte[10], fault);
        Assert.Equal((1, 0, 0), bench.Totals);

        var stream = await response.Content.ReadAsStreamAsync();
        await stream.ReadExactlyAsync(new byte[10]);
        Assert.Equal((1, 0, 0), bench.Totals);
        Assert.Same(fault, await Assert.ThrowsAnyAsync<Exception>(() => stream.ReadAsync(new byte[10]).AsTask()));

        Assert.Equal((0, 1, 0), bench.Totals);
        Assert.Equal((1, 1), (bench.Circuit.Total, bench.Circuit.Failed));
        Assert.Equal(reason, bench.Circuit.LastFailureReason);
    }

    [Theory]
    [MemberData(nameof(ReaderErrors))]
    public async Task Exception_caused_by_the_reading_code_does_not_count_as_a_failure(Exception fault)
    {
        using var bench = new BodyBench();
        var response = await bench.GetAsync(new byte[10], fault);
        await Assert.ThrowsAnyAsync<Exception>(() => response.Content.CopyToAsync(Stream.Null));
        Assert.Equal((1, 0, 0), bench.Totals);
        Assert.Null(bench.Circuit.LastFailureReason);
    }

    public static TheoryData<string, Func<HttpContent, Task>> Reads => new()
    {
        { "copy to", content => content.CopyToAsync(new MemoryStream()) },
        { "copy to, sync", content => Done(() => content.CopyTo(new MemoryStream(), null, CancellationToken.None)) },
        { "buffer", content => content.LoadIntoBufferAsync() },
        { "bytes", content => content.ReadAsByteArrayAsync() },
        { "text", content => content.ReadAsStringAsync() },
        { "stream, copied", async content => await (await content.ReadAsStreamAsync()).CopyToAsync(new MemoryStream()) },
        { "stream, copied, sync", content => Done(() => content.ReadAsStream().CopyTo(new MemoryStream())) },
        { "stream, memory", async content => await (await content.ReadAsStreamAsync()).ReadAtLeastAsync(new byte[100], 100) },
        { "stream, array", async content => await ReadArraysAsync(await content.ReadAsStreamAsync()) },
        { "stream, span", content => Done(() => content.ReadAsStream().ReadAtLeast(new byte[100], 100)) },
        { "stream, array, sync", content => ReadAll(content, stream => stream.Read(new byte[100], 0, 100) > 0) },
        { "stream, bytes one by one", content => ReadAll(content, stream => stream.ReadByte() >= 0) },
        { "stream, begin and end", content => ReadAll(content, stream => stream.EndRead(stream.BeginRead(new byte[9], 0, 9, null, null)) > 0) },
    };

    [Theory]
    [MemberData(nameof(Reads))]
    public async Task Every_method_that_reads_a_broken_body_records_a_failure(string name, Func<HttpContent, Task> read)
    {
        Assert.NotEmpty(name);
        using var bench = new BodyBench();
        var response = await bench.GetAsync(new byte[1], new IOException("reset"));
        await Assert.ThrowsAnyAsync<Exception>(() => read(response.Content));
        Assert.Equal((0, 1, 0), bench.Totals);

        response.Dispose();
        Assert.Equal((0, 1, 0), bench.Totals);
    }

    [Theory]
    [MemberData(nameof(Reads))]
    public async Task Every_method_that_reads_to_the_end_records_a_success(string name, Func<HttpContent, Task> read)
    {
        Assert.NotEmpty(name);
        using var bench = new BodyBench(options => (options.ConsecutiveFailures, options.FailureRatio) = (2, 1));
        await bench.GetBrokenAsync();
        var response = await bench.GetAsync(new byte[1]);
        Assert.IsType<ObservedContent>(response.Content);
        try
        {
            await read(response.Content);
        }
        catch (EndOfStreamException)
        {
        }

        // The end of the body has reset the consecutive failures.
        await bench.GetBrokenAsync();
        Assert.Equal(CircuitState.Closed, bench.Circuit.State);
    }

    [Fact]
    public async Task Read_into_an_empty_buffer_does_not_end_the_body()
    {
        using var bench = new BodyBench();
        var response = await bench.GetAsync(new byte[1], new IOException("reset"));
        var stream = await response.Content.ReadAsStreamAsync();
        Assert.Equal(0, await stream.ReadAsync(Memory<byte>.Empty));
        Assert.Equal(0, stream.Read([], 0, 0));
        await Assert.ThrowsAsync<IOException>(() => stream.CopyToAsync(Stream.Null));
        Assert.Equal((0, 1, 0), bench.Totals);
    }

    [Fact]
    public async Task Body_error_is_thrown_by_every_read_but_counted_once()
    {
        using var bench = new BodyBench(options => options.ConsecutiveFailures = 2);
        var response = await bench.GetAsync(new IOException("reset"));
        var stream = await response.Content.ReadAsStreamAsync();
        for (var i = 0; i < 3; i++)
        {
            await Assert.ThrowsAsync<IOException>(() => stream.ReadAsync(new byte[1]).AsTask());
        }

        Assert.Equal((0, 1, 0), bench.Totals);
        Assert.Equal(CircuitState.Closed, bench.Circuit.State);
    }

    [Fact]
    public async Task Error_after_the_end_of_the_body_is_not_a_failure()
    {
        using var bench = new BodyBench();
        var response = await bench.GetAsync(Array.Empty<byte>(), new IOException("reset"));
        var stream = await response.Content.ReadAsStreamAsync();
        Assert.Equal(0, await stream.ReadAsync(new byte[1]));
        await Assert.ThrowsAsync<IOException>(() => stream.ReadAsync(new byte[1]).AsTask());
        Assert.Equal((1, 0, 0), bench.Totals);
    }

    private static Task ReadAll(HttpContent content, Func<Stream, bool> read)
    {
        var stream = content.ReadAsStream();
        while (read(stream))
        {
        }

        return Task.CompletedTask;
    }

    [SuppressMessage("Performance", "CA1835", Justification = "The overload with an array is what is tested.")]
    private static async Task ReadArraysAsync(Stream stream)
    {
        var buffer = new byte[100];
        while (await stream.ReadAsync(buffer, 0, buffer.Length) > 0)
        {
        }
    }

    private static Task Done(Action action)
    {
        action();
        return Task.CompletedTask;
    }
}
