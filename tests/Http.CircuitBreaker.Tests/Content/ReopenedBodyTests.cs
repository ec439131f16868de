using System.Net;

namespace Http.CircuitBreaker.Tests.Content;

/// <summary>Content whose read stream cannot be opened the first time.</summary>
public sealed class ReopenedBodyTests
{
    public static TheoryData<string, Func<HttpContent, Task<Stream>>> WaysToOpen => new()
    {
        { "asynchronous", content => content.ReadAsStreamAsync() },
        { "synchronous", content => Task.FromResult(content.ReadAsStream()) },
    };

    [Theory]
    [MemberData(nameof(WaysToOpen))]
    public async Task Response_stream_that_failed_to_open_can_be_opened_again(string name, Func<HttpContent, Task<Stream>> open)
    {
        Assert.NotEmpty(name);
        using var bench = new BodyBench { Answer = _ => Task.FromResult(new HttpResponseMessage { Content = new LazyContent() }) };
        var response = await bench.SendAsync();

        await Assert.ThrowsAsync<IOException>(() => open(response.Content));
        Assert.Equal((0, 1, 0), bench.Totals);

        using var reader = new StreamReader(await open(response.Content));
        Assert.Equal("body", await reader.ReadToEndAsync());
    }

    /// <summary>Content that throws synchronously when its stream is opened for the first time.</summary>
    private sealed class LazyContent : HttpContent
    {
        private bool _isOpened;

        protected override Task<Stream> CreateContentReadStreamAsync() => Task.FromResult(Open());

        protected override Stream CreateContentReadStream(CancellationToken cancellationToken) => Open();

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => throw new NotSupportedException();

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }

        private Stream Open()
        {
            if (_isOpened)
            {
                return new MemoryStream("body"u8.ToArray());
            }

            _isOpened = true;
            throw new IOException("The first attempt fails.");
        }
    }
}
