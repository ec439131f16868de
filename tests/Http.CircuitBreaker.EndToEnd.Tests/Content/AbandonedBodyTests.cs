namespace Http.CircuitBreaker.EndToEnd.Tests.Bodies;

/// <summary>A reader who leaves a healthy stream, also long after the client's timeout, leaves a success.</summary>
public sealed class LeavingReaderTests
{
    private static readonly TimeSpan _timeout = TimeSpan.FromSeconds(2);

    public static TheoryData<string, Func<HttpResponseMessage, Stream, CancellationTokenSource, Task>> Leavings => new()
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
    [MemberData(nameof(Leavings))]
    public async Task The_success_stands(string name, Func<HttpResponseMessage, Stream, CancellationTokenSource, Task> leave)
    {
        Assert.NotEmpty(name);
        await using var server = BrokenBodies.Serve();
        using var client = new GuardedClient(server.Address, options =>
        {
            // What the breaker takes for the client's timeout; the client's own leaves a busy machine more time for the headers.
            options.ClientTimeout = _timeout;
            (options.MinimumThroughput, options.FailureRatio) = (1, 0.01);
        });
        using var reader = new CancellationTokenSource();

        // The token that was sent with, too: the client puts its own between it and the handler.
        var response = await client.Http.GetAsync("flowing", HttpCompletionOption.ResponseHeadersRead, reader.Token);
        var stream = await response.Content.ReadAsStreamAsync(reader.Token);
        var started = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(started) < _timeout * 1.5)
        {
            await stream.ReadExactlyAsync(new byte[1024], reader.Token);
        }

        await leave(response, stream, reader).WaitAsync(TimeSpan.FromSeconds(30));
        response.Dispose();
        Assert.Equal((CircuitState.Closed, 1, 0), (client.Circuit.State, client.Circuit.TotalSucceeded, client.Circuit.TotalFailed));
    }

    [Fact]
    public async Task A_caller_who_cancels_a_buffered_body_before_the_clients_timeout_leaves_a_success()
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
