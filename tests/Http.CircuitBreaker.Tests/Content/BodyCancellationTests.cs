namespace Http.CircuitBreaker.Tests.Content;

/// <summary>A canceled read is a failure only if the client's timeout caused it.</summary>
public sealed class BodyCancellationTests
{
    [Theory]
    [InlineData(9_499, false)]
    [InlineData(9_500, true)]
    [InlineData(10_501, false)]
    public async Task Read_canceled_by_the_token_of_the_call_is_a_timeout_only_near_the_client_timeout(int milliseconds, bool isTimeout)
    {
        using var bench = new BodyBench();
        using var call = new CancellationTokenSource();
        var response = await bench.GetAsync(call.Token, new byte[10], new TaskCompletionSource().Task);
        var reading = response.Content.ReadAsStringAsync(call.Token);
        bench.Time.Advance(TimeSpan.FromMilliseconds(milliseconds));
        await call.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
        Assert.Equal(isTimeout ? (0, 1, 0) : (1, 0, 0), bench.Totals);
        Assert.Equal(isTimeout ? "timeout" : null, bench.Circuit.LastFailureReason);
    }

    [Fact]
    public async Task Stream_read_canceled_by_the_token_of_the_call_at_the_client_timeout_is_a_timeout()
    {
        using var bench = new BodyBench();
        using var call = new CancellationTokenSource();
        var response = await bench.GetAsync(call.Token, new TaskCompletionSource().Task);
        var reading = (await response.Content.ReadAsStreamAsync()).ReadAsync(new byte[1], call.Token);
        bench.Time.Advance(BodyBench.ClientTimeout);
        await call.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading.AsTask());
        Assert.Equal((0, 1, 0), bench.Totals);
    }

    [Fact]
    public async Task Cancellation_without_a_client_timeout_is_not_a_failure()
    {
        using var bench = new BodyBench(options => options.ClientTimeout = Timeout.InfiniteTimeSpan);
        using var call = new CancellationTokenSource();
        var response = await bench.GetAsync(call.Token, new TaskCompletionSource().Task);
        var reading = response.Content.ReadAsStringAsync(call.Token);
        bench.Time.Advance(TimeSpan.FromDays(1));
        await call.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
        Assert.Equal((1, 0, 0), bench.Totals);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Copy_canceled_by_a_token_of_the_reader_is_not_a_failure(bool isLinked)
    {
        using var bench = new BodyBench();
        using var call = new CancellationTokenSource();
        using var reader = CancellationTokenSource.CreateLinkedTokenSource(isLinked ? call.Token : CancellationToken.None);
        var response = await bench.GetAsync(call.Token, new byte[10], new TaskCompletionSource().Task);
        var reading = response.Content.CopyToAsync(Stream.Null, reader.Token);
        bench.Time.Advance(TimeSpan.FromMinutes(10));
        await (isLinked ? call : reader).CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
        Assert.Equal((1, 0, 0), bench.Totals);
    }

    [Theory]
    [InlineData(0, 9_499, false)]
    [InlineData(0, 9_500, true)]
    [InlineData(0, 10_500, true)]
    [InlineData(0, 10_501, false)]
    [InlineData(9_500, 10_000, true)]
    [InlineData(9_501, 10_000, false)]
    public async Task Read_canceled_at_the_client_timeout_is_a_timeout_unless_data_arrived_in_the_last_500_ms(
        int bytesAt, int canceledAt, bool isStall)
    {
        using var bench = new BodyBench();
        using var reader = new CancellationTokenSource();
        var response = await bench.GetAsync(new byte[1], new TaskCompletionSource().Task);
        var stream = await response.Content.ReadAsStreamAsync();
        bench.Time.Advance(TimeSpan.FromMilliseconds(bytesAt));
        await stream.ReadExactlyAsync(new byte[1], reader.Token);
        var reading = stream.ReadAsync(new byte[1], reader.Token);
        bench.Time.Advance(TimeSpan.FromMilliseconds(canceledAt - bytesAt));
        await reader.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading.AsTask());
        Assert.Equal(isStall ? (0, 1, 0) : (1, 0, 0), bench.Totals);
    }

    [Fact]
    public async Task Body_that_breaks_after_cancellation_is_not_a_failure()
    {
        using var bench = new BodyBench();
        using var reader = new CancellationTokenSource();
        var response = await bench.GetAsync(new byte[10], new IOException("reset"));
        var stream = await response.Content.ReadAsStreamAsync();
        await stream.ReadExactlyAsync(new byte[10], reader.Token);
        await reader.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stream.ReadAsync(new byte[10], reader.Token).AsTask());
        Assert.Equal((1, 0, 0), bench.Totals);
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(10, 1)]
    public async Task Synchronous_copy_aborted_by_disposal_is_a_timeout_only_at_the_client_timeout(int seconds, int failed)
    {
        using var bench = new BodyBench();
        using var call = new CancellationTokenSource();
        var content = new HangingContent();
        bench.Answer = _ => Task.FromResult(new HttpResponseMessage { Content = content });
        var response = bench.Send(call.Token);

        // HttpClient.Send does the same while it buffers the body.
        using var disposing = call.Token.Register(response.Content.Dispose);
        var copying = Task.Run(() => response.Content.CopyTo(Stream.Null, null, call.Token));
        await content.Reading.WaitAsync(TimeSpan.FromSeconds(10));
        bench.Time.Advance(TimeSpan.FromSeconds(seconds));
        await call.CancelAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => copying.WaitAsync(TimeSpan.FromSeconds(10)));
        Assert.Equal((1 - failed, failed, 0), bench.Totals);
    }
}
