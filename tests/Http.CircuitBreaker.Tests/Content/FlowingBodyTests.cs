namespace Http.CircuitBreaker.Tests.Content;

/// <summary>Abandoning a body while data is arriving is never a failure. Cancelling a read without data at the timeout is a failure.</summary>
public sealed class FlowingBodyTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Canceling_a_body_that_is_still_receiving_data_is_not_a_failure(bool isCopied)
    {
        using var bench = new BodyBench();
        using var call = new CancellationTokenSource();
        TaskCompletionSource[] chunks = [.. Enumerable.Range(0, 100).Select(_ => new TaskCompletionSource())];
        var response = await bench.GetAsync(call.Token, [.. chunks.SelectMany(chunk => new object[] { chunk.Task, new byte[1] })]);
        var reading = isCopied
            ? response.Content.CopyToAsync(Stream.Null, call.Token)
            : ReadAllAsync(await response.Content.ReadAsStreamAsync(call.Token), call.Token);
        foreach (var chunk in chunks.SkipLast(1))
        {
            bench.Time.Advance(BodyBench.ClientTimeout / 50);
            chunk.SetResult();
            await Task.Yield();
        }

        await call.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
        Assert.Equal((1, 0, 0), bench.Totals);
    }

    [Fact]
    public async Task Abandoning_long_running_streams_that_still_receive_data_does_not_open_the_circuit()
    {
        using var bench = new BodyBench(options =>
            (options.ClientTimeout, options.MinimumThroughput, options.ConsecutiveFailures) = (null, 10, 10));
        for (var i = 0; i < 12; i++)
        {
            using var call = new CancellationTokenSource();
            var response = await bench.GetAsync(call.Token, new byte[1], new TaskCompletionSource().Task);
            var stream = await response.Content.ReadAsStreamAsync(call.Token);
            await stream.ReadExactlyAsync(new byte[1], call.Token);
            bench.Time.Advance(TimeSpan.FromSeconds(97));
            var reading = stream.ReadAsync(new byte[1], call.Token).AsTask();
            await call.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
        }

        Assert.Equal((CircuitState.Closed, 12, 0), (bench.Circuit.State, bench.Circuit.TotalSucceeded, bench.Circuit.TotalFailed));
    }

    private static async Task ReadAllAsync(Stream stream, CancellationToken token)
    {
        while (await stream.ReadAsync(new byte[1], token) > 0)
        {
        }
    }
}
