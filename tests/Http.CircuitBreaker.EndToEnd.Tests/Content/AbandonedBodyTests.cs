namespace Http.CircuitBreaker.EndToEnd.Tests.Content;

/// <summary>A reader that abandons a healthy body, even after the client's timeout, does not turn the success into a failure.</summary>
public sealed class AbandonedBodyTests
{
    private static readonly TimeSpan _timeout = TimeSpan.FromSeconds(2);

    public static TheoryData<string, Func<HttpResponseMessage, Stream, CancellationTokenSource, Task>> WaysToAbandon => new()
    {
        { "disposes the response", (response, _, _) => Done(response.Dispose) },
        { "disposes the stream", (_, stream, _) => stream.DisposeAsync().AsTask() },
        { "disposes the content", (response, _, _) => Done(response.Content.Dispose) },
        { "cancels a copy", async (_, stream, reader) =>
            {
                var copying = stream.CopyToAsync(Stream.Null, reader.Token);
                await reader.CancelAsync();
                await Assert.ThrowsAnyAsync<OperationCanceledException>(() => copying);
            }
        },
        { "cancels a read", async (_, stream, reader) =>
            {
                await reader.CancelAsync();
                await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stream.CopyToAsync(Stream.Null, reader.Token));
            }
        },
    };

    [Theory]
    [MemberData(nameof(WaysToAbandon))]
    public async Task An_abandoned_stream_counts_as_a_success(string name, Func<HttpResponseMessage, Stream, CancellationTokenSource, Task> abandon)
    {
        Assert.NotEmpty(name);
        await using var server = BrokenBodies.Serve();
        using var client = new GuardedClient(server.Address, options =>
        {
            // The timeout as the breaker sees it. HttpClient.Timeout is longer, so that headers arrive in time on a busy machine.
            options.ClientTimeout = _timeout;
            (options.MinimumThroughput, options.FailureRatio) = (1, 0.01);
        });
        using var reader = new CancellationTokenSource();

        // Pass the token to the call as well. The handler still sees a different one, because HttpClient links it with its own.
        var response = await client.Http.GetAsync("flowing", HttpCompletionOption.ResponseHeadersRead, reader.Token);
        var stream = await response.Content.ReadAsStreamAsync(reader.Token);
        var started = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(started) < _timeout * 1.5)
        {
            await stream.ReadExactlyAsync(new byte[1024], reader.Token);
        }

        await abandon(response, stream, reader).WaitAsync(TimeSpan.FromSeconds(30));
        response.Dispose();
        Assert.Equal((CircuitState.Closed, 1, 0), (client.Circuit.State, client.Circuit.TotalSucceeded, client.Circuit.TotalFailed));
    }

    [Fact]
    public async Task Canceling_a_buffered_download_before_the_client_timeout_is_not_a_failure()
    {
        await using var server = BrokenBodies.Serve();
        using var client = new GuardedClient(server.Address, options => (options.ConsecutiveFailures, options.ConsecutiveFailuresDuration) = (1, TimeSpan.Zero), TimeSpan.FromSeconds(20));
        using var caller = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.Http.GetStringAsync("flowing", caller.Token));
        Assert.Equal((CircuitState.Closed, 0), (client.Circuit.State, client.Circuit.TotalFailed));
    }

    private static Task Done(Action action)
    {
        action();
        return Task.CompletedTask;
    }
}
