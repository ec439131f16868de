using Http.CircuitBreaker.Content;

namespace Http.CircuitBreaker.Tests.Content;

/// <summary>Misuse of the stream throws the same exception as without a breaker and is not a failure.</summary>
public sealed class StreamMisuseTests
{
    public static TheoryData<string, Func<Stream, Task>> Misuses => new()
    {
        { "read into null", stream => Done(() => Assert.NotEqual(0, stream.Read(null!, 0, 1))) },
        { "read beyond the buffer", stream => Done(() => Assert.NotEqual(0, stream.Read(new byte[1], 0, 2))) },
        { "read into null, async", stream => stream.ReadAsync(null!, 0, 0) },
        { "negative offset, async", stream => stream.ReadAsync(new byte[1], -1, 1) },
        { "begin read into null", stream => Done(() => stream.BeginRead(null!, 0, 0, null, null)) },
        { "copy to null", stream => Done(() => stream.CopyTo(null!)) },
        { "copy to null with a size", stream => stream.CopyToAsync(null!, 1) },
        { "copy without a buffer", stream => stream.CopyToAsync(Stream.Null, 0) },
        { "copy without a buffer, sync", stream => Done(() => stream.CopyTo(Stream.Null, -1)) },
        { "copy to a stream that cannot be written", stream => stream.CopyToAsync(new MemoryStream([], writable: false)) },
        { "copy to a closed stream", stream => stream.CopyToAsync(Closed()) },
        { "copy to a closed stream, sync", stream => Done(() => stream.CopyTo(Closed())) },
        { "write", stream => Done(() => stream.Write([1], 0, 1)) },
        { "seek", stream => Done(() => stream.Seek(0, SeekOrigin.Begin)) },
        { "set length", stream => Done(() => stream.SetLength(1)) },
        { "length", stream => Done(() => _ = stream.Length) },
        { "position", stream => Done(() => _ = stream.Position) },
        { "set position", stream => Done(() => stream.Position = 1) },
        { "timeout", stream => Done(() => _ = stream.ReadTimeout) },
        { "set timeout", stream => Done(() => stream.ReadTimeout = 1) },
        { "set write timeout", stream => Done(() => stream.WriteTimeout = 1) },
        { "read after disposal", async stream => { stream.Dispose(); Assert.NotEqual(0, await stream.ReadAsync(new byte[1])); } },
        { "read after disposal, sync", stream => Done(() => { stream.Dispose(); stream.ReadByte(); }) },
    };

    [Theory]
    [MemberData(nameof(Misuses))]
    public async Task Stream_misuse_throws_the_same_exception_as_without_a_breaker(string name, Func<Stream, Task> misuse)
    {
        Assert.NotEmpty(name);
        var (expected, isSynchronous) = await MisuseAsync(new ScriptedStream(new byte[10]), misuse);

        using var bench = new BodyBench();
        var response = await bench.GetAsync(new byte[10]);
        var (actual, isActuallySynchronous) = await MisuseAsync(await response.Content.ReadAsStreamAsync(), misuse);

        Assert.IsType<ObservedContent>(response.Content);
        Assert.Equal((expected.GetType(), expected.Message), (actual.GetType(), actual.Message));
        Assert.Equal(isSynchronous, isActuallySynchronous);
        Assert.Equal((1, 0, 0), bench.Totals);
    }

    [Theory]
    [MemberData(nameof(Misuses))]
    public async Task Truncated_body_is_a_failure_also_after_an_invalid_read_by_the_caller_but_not_after_disposal(
        string name, Func<Stream, Task> misuse)
    {
        var isDisposal = name.StartsWith("read after disposal", StringComparison.Ordinal);
        using var bench = new BodyBench();
        var response = await bench.GetAsync(new byte[10], new HttpIOException(HttpRequestError.ResponseEnded));
        var stream = await response.Content.ReadAsStreamAsync();

        await MisuseAsync(stream, misuse);
        await Assert.ThrowsAnyAsync<Exception>(() => stream.CopyToAsync(new MemoryStream()));

        Assert.Equal(isDisposal ? (1, 0, 0) : (0, 1, 0), bench.Totals);
    }

    private static async Task<(Exception Exception, bool IsSynchronous)> MisuseAsync(Stream stream, Func<Stream, Task> misuse)
    {
        Task task;
        try
        {
            task = misuse(stream);
        }
        catch (Exception exception)
        {
            return (exception, true);
        }

        return (await Assert.ThrowsAnyAsync<Exception>(() => task), false);
    }

    private static MemoryStream Closed()
    {
        var stream = new MemoryStream();
        stream.Dispose();
        return stream;
    }

    private static Task Done(Action action)
    {
        action();
        return Task.CompletedTask;
    }
}
