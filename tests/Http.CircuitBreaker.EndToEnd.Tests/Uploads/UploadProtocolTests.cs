using Microsoft.Extensions.DependencyInjection;

namespace Http.CircuitBreaker.EndToEnd.Tests.Uploads;

/// <summary>When the transport reads the content of an observed upload, and when it returns the response.</summary>
public sealed class UploadProtocolTests : IAsyncLifetime
{
    private static readonly TimeSpan _testTimeout = TimeSpan.FromSeconds(60);
    private static readonly byte[] _bytes = new byte[50_000];

    private UploadServer _server = null!;

    public async Task InitializeAsync() => _server = await UploadServer.StartAsync();

    public Task DisposeAsync() => _server.DisposeAsync().AsTask();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Upload_is_not_read_if_the_server_refuses_an_Expect_100_continue_request(int httpVersion)
    {
        using var client = new UploadClient(_server.Address(httpVersion), httpVersion);
        var source = new OneShotStream(_bytes);
        using var request = client.Request("refuse", new StreamContent(source));
        request.Headers.ExpectContinue = true;

        using var response = await client.SendAsync(request).WaitAsync(_testTimeout);

        Assert.Equal((401, 0), ((int)response.StatusCode, source.Reads));
        Assert.Equal((1, 0, 0), client.Totals);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Custom_content_over_HTTP2_can_still_be_uploaded_after_the_response_headers_arrive(bool isGuarded)
    {
        using var client = new UploadClient(_server.Address(2), 2, isGuarded);
        var rest = new TaskCompletionSource();
        using var request = client.Request("half", new PushContent(async (stream, token) =>
        {
            await stream.WriteAsync(_bytes.AsMemory(0, 1_000), token);
            await stream.FlushAsync(token);
            await rest.Task;
            await stream.WriteAsync(_bytes.AsMemory(1_000), token);
        }));

        using var response = await client.SendAsync(request).WaitAsync(_testTimeout);

        Assert.IsType<PushContent>(request.Content);
        rest.SetResult();
        _server.Answer.SetResult();
        Assert.StartsWith("read 49999 ", await response.Content.ReadAsStringAsync().WaitAsync(_testTimeout), StringComparison.Ordinal);
        Assert.True(!isGuarded || client.Totals == (1, 0, 0));
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 1)]
    public async Task Response_body_that_breaks_with_the_upload_is_a_failure_only_if_the_host_reset_the_stream(bool isReset, int failed)
    {
        using var client = new UploadClient(_server.Address(2), 2);
        var rest = new TaskCompletionSource();
        using var request = client.Request(isReset ? "half-reset" : "half", new PushContent(async (stream, token) =>
        {
            await stream.WriteAsync(_bytes.AsMemory(0, 1_000), token);
            await stream.FlushAsync(token);
            await rest.Task.WaitAsync(token);
        }));
        using var response = await client.SendAsync(request).WaitAsync(_testTimeout);

        if (isReset)
        {
            _server.Answer.SetResult();
        }
        else
        {
            rest.SetException(new IOException("source"));
        }

        await Assert.ThrowsAsync<HttpRequestException>(() => response.Content.ReadAsStringAsync()).WaitAsync(_testTimeout);
        Assert.Equal((1 - failed, failed, 0), client.Totals);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Stream_content_over_HTTP2_is_sent_completely_before_the_response_is_returned(bool isGuarded)
    {
        using var client = new UploadClient(_server.Address(2), 2, isGuarded);
        var pipe = new System.IO.Pipelines.Pipe();
        await pipe.Writer.WriteAsync(_bytes.AsMemory(0, 1_000));
        var answered = new TaskCompletionSource();
        using var request = client.Request("half", new StreamContent(pipe.Reader.AsStream()));

        var sending = client.SendAsync(request);
        _server.Answer.SetResult();

        // The server has sent its response headers when it has read the rest.
        await pipe.Writer.WriteAsync(_bytes.AsMemory(1_000, 1_000));
        Assert.False(sending.IsCompleted);
        await pipe.Writer.CompleteAsync();
        using var response = await sending.WaitAsync(_testTimeout);
        Assert.StartsWith("read 1999 ", await response.Content.ReadAsStringAsync().WaitAsync(_testTimeout), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Multipart_content_can_be_sent_through_a_breaker_and_a_standard_hedging_handler()
    {
        var services = new ServiceCollection();
        var client = services.AddHttpClient("uploads").AddCircuitBreaker();
        client.AddStandardHedgingHandler();
        await using var provider = services.BuildServiceProvider();
        using var content = new MultipartFormDataContent { { new StringContent("text"), "a" } };

        using var response = await provider.GetRequiredService<IHttpClientFactory>().CreateClient("uploads")
            .PostAsync(new Uri(_server.Address(1), "described"), content).WaitAsync(_testTimeout);

        Assert.Equal(200, (int)response.StatusCode);
        Assert.Equal(1, Assert.Single(provider.GetRequiredService<ICircuitRegistry>().GetSnapshots()).TotalSucceeded);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Request_content_is_disposed_with_its_request_and_not_earlier(bool isGuarded)
    {
        using var client = new UploadClient(_server.Address(1), 1, isGuarded);
        var content = new PushContent((_, _) => Task.CompletedTask);
        using (var request = client.Request("described", content))
        {
            using var response = await client.SendAsync(request).WaitAsync(_testTimeout);
            Assert.Equal(0, content.Disposals);
        }

        Assert.Equal(1, content.Disposals);
    }
}
