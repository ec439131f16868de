namespace Http.CircuitBreaker.Tests.Content;

/// <summary>A read that is cancelled says something about the host only if the client's timeout is behind it.</summary>
public sealed class BodyCancellationTests
{
    [Theory]
    [InlineData(9_499, false)]
    [InlineData(9_500, true)]
    [InlineData(60_000, true)]
    public async Task The_calls_own_token_is_a_timeout_once_the_clients_timeout_has_passed(int milliseconds, bool isTimeout)
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
    public async Task A_stream_read_with_the_calls_own_token_is_judged_alike()
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
    public async Task Without_a_client_timeout_a_cancellation_is_never_a_failure()
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
    public async Task A_reader_who_cancels_with_a_token_of_his_own_leaves_the_success_as_it_is(bool isLinked)
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
    public async Task A_silent_read_that_ends_with_the_clients_timeout_is_a_stall_whichever_token_ends_it(int bytesAt, int cancelledAt, bool isStall)
    {
        using var bench = new BodyBench();
        using var reader = new CancellationTokenSource();
        var response = await bench.GetAsync(new byte[1], new TaskCompletionSource().Task);
        var stream = await response.Content.ReadAsStreamAsync();
        bench.Time.Advance(TimeSpan.FromMilliseconds(bytesAt));
        await stream.ReadExactlyAsync(new byte[1], reader.Token);
        var reading = stream.ReadAsync(new byte[1], reader.Token);
        bench.Time.Advance(TimeSpan.FromMilliseconds(cancelledAt - bytesAt));
        await reader.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading.AsTask());
        Assert.Equal(isStall ? (0, 1, 0) : (1, 0, 0), bench.Totals);
    }

    [Fact]
    public async Task A_body_that_breaks_while_the_reader_cancels_is_not_held_against_the_host()
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
    [InlineData(11, 1)]
    public async Task A_synchronous_copy_that_the_client_tears_down_at_its_timeout_is_a_timeout(int seconds, int failed)
    {
        using var bench = new BodyBench();
        using var call = new CancellationTokenSource();
        var content = new HangingContent();
        bench.Answer = _ => Task.FromResult(new HttpResponseMessage { Content = content });
        var response = bench.Send(call.Token);

        // What HttpClient.Send does with a body that it buffers.
        using var tearing = call.Token.Register(response.Content.Dispose);
        var copying = Task.Run(() => response.Content.CopyTo(Stream.Null, null, call.Token));
        await content.Reading.WaitAsync(TimeSpan.FromSeconds(10));
        bench.Time.Advance(TimeSpan.FromSeconds(seconds));
        await call.CancelAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => copying.WaitAsync(TimeSpan.FromSeconds(10)));
        Assert.Equal((1 - failed, failed, 0), bench.Totals);
    }
}
