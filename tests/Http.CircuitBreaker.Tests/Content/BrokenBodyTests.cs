namespace Http.CircuitBreaker.Tests.Content;

/// <summary>Broken bodies open a circuit like other failures, but only in the state phase that admitted the call.</summary>
public sealed class BrokenBodyTests
{
    [Fact]
    public async Task Consecutive_broken_bodies_open_the_circuit()
    {
        using var bench = new BodyBench(options => options.ConsecutiveFailures = 3);
        await bench.GetBrokenAsync();
        await bench.GetBrokenAsync();
        Assert.Equal(CircuitState.Closed, bench.Circuit.State);
        await bench.GetBrokenAsync();
        Assert.Equal(CircuitState.Open, bench.Circuit.State);
    }

    [Fact]
    public async Task Success_resets_consecutive_failures_only_after_its_body_has_ended()
    {
        using var bench = new BodyBench(options => options.ConsecutiveFailures = 3);
        await bench.GetBrokenAsync();
        await bench.GetBrokenAsync();
        var whole = await bench.GetAsync(new byte[10]);
        var stream = await whole.Content.ReadAsStreamAsync();
        await stream.CopyToAsync(Stream.Null);

        await bench.GetBrokenAsync();
        await bench.GetBrokenAsync();
        Assert.Equal(CircuitState.Closed, bench.Circuit.State);

        // The body of this response has not ended.
        await bench.GetAsync(new byte[10]);
        await bench.GetBrokenAsync();
        Assert.Equal(CircuitState.Open, bench.Circuit.State);
    }

    [Fact]
    public async Task Disposing_a_response_with_an_unread_body_resets_consecutive_failures()
    {
        using var bench = new BodyBench(options => options.ConsecutiveFailures = 2);
        await bench.GetBrokenAsync();
        (await bench.GetAsync(new byte[10])).Dispose();
        await bench.GetBrokenAsync();
        Assert.Equal(CircuitState.Closed, bench.Circuit.State);
    }

    [Fact]
    public async Task Broken_bodies_open_the_circuit_by_failure_ratio()
    {
        using var bench = new BodyBench(options => options.MinimumThroughput = 4);
        await bench.GetWholeAsync();
        await bench.GetBrokenAsync();
        await bench.GetWholeAsync();
        Assert.Equal(CircuitState.Closed, bench.Circuit.State);

        var last = await bench.GetAsync(new byte[1], new IOException("reset"));
        Assert.Equal((CircuitState.Closed, 4, 1), (bench.Circuit.State, bench.Circuit.Total, bench.Circuit.Failed));
        await Assert.ThrowsAsync<HttpRequestException>(() => last.Content.ReadAsStringAsync());
        Assert.Equal(CircuitState.Open, bench.Circuit.State);
    }

    [Fact]
    public async Task Body_failure_counts_at_the_time_of_the_failed_read_and_not_of_the_call()
    {
        using var bench = new BodyBench(options => options.MinimumThroughput = 2);
        var old = await bench.GetAsync(new byte[1], new IOException("reset"));
        bench.Time.Advance(TimeSpan.FromMinutes(10));
        await bench.GetWholeAsync();
        Assert.Equal((1, 0), (bench.Circuit.Total, bench.Circuit.Failed));
        await Assert.ThrowsAsync<HttpRequestException>(() => old.Content.ReadAsStringAsync());
        Assert.Equal(1, bench.Circuit.Failed);
    }

    [Fact]
    public async Task Call_with_an_unread_body_is_not_in_flight()
    {
        using var bench = new BodyBench();
        await bench.GetAsync(new byte[10]);
        Assert.Equal(0, bench.Circuit.InFlight);
        Assert.Equal((1, 0, 0), bench.Totals);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Body_that_breaks_after_a_state_change_affects_only_the_totals(bool hasCallInFlight)
    {
        using var bench = new BodyBench(options => (options.ConsecutiveFailures, options.MinimumThroughput) = (1, 1));
        var waiting = new TaskCompletionSource<HttpResponseMessage>();
        bench.Answer = _ => waiting.Task;
        var inFlight = hasCallInFlight ? bench.SendAsync() : Task.FromResult(new HttpResponseMessage());
        var late = await bench.GetAsync(new byte[1], new IOException("reset"));
        Assert.True(bench.Handler.Circuits.Reset(bench.Circuit.Key));
        var (epoch, before) = (bench.Circuit.Epoch, bench.Totals);
        Assert.Equal((1, 0, 0), before);

        await Assert.ThrowsAsync<HttpRequestException>(() => late.Content.ReadAsStringAsync());

        Assert.Equal((CircuitState.Closed, epoch, 0), (bench.Circuit.State, bench.Circuit.Epoch, bench.Circuit.Total));
        Assert.Equal((0, 1, 0), bench.Totals);
        waiting.SetResult(new HttpResponseMessage());
        await inFlight;
        Assert.Equal((hasCallInFlight ? 1 : 0, 1, 0), bench.Totals);
        Assert.Equal(0, bench.Circuit.InFlight);
    }

    [Fact]
    public async Task Bodies_that_end_after_a_reset_are_each_counted_once()
    {
        using var bench = new BodyBench();
        var late = new List<HttpResponseMessage>();
        for (var i = 0; i < 30; i++)
        {
            late.Add(await bench.GetAsync(new byte[1], i % 3 == 0 ? Array.Empty<byte>() : new IOException("reset")));
            if (i % 5 == 4)
            {
                bench.Handler.Circuits.Reset(bench.Circuit.Key);
            }
        }

        Assert.Equal((30, 0, 0), bench.Totals);
        var failed = 0;
        foreach (var response in late)
        {
            failed += await Record.ExceptionAsync(() => response.Content.ReadAsStringAsync()) is null ? 0 : 1;
            Assert.Equal((30 - failed, failed, 0), bench.Totals);
        }

        Assert.Equal(20, failed);
    }

    [Fact]
    public async Task Body_that_ends_while_the_circuit_is_open_neither_extends_nor_ends_the_break()
    {
        using var bench = new BodyBench(options => options.ConsecutiveFailures = 1);
        var late = await bench.GetAsync(new byte[1], new IOException("reset"));
        var lateWhole = await bench.GetAsync(new byte[1]);
        await bench.GetBrokenAsync();
        var open = bench.Circuit;
        bench.Time.Advance(TimeSpan.FromSeconds(1));

        await Assert.ThrowsAsync<HttpRequestException>(() => late.Content.ReadAsStringAsync());
        await lateWhole.Content.ReadAsStringAsync();

        Assert.Equal(CircuitState.Open, open.State);
        Assert.Equal((open.State, open.Epoch, open.Until), (bench.Circuit.State, bench.Circuit.Epoch, bench.Circuit.Until));
        Assert.Equal((1, 2, 0), bench.Totals);
    }

    [Fact]
    public async Task In_Observe_mode_bodies_of_calls_that_would_have_been_rejected_are_counted()
    {
        using var bench = new BodyBench(options => (options.Mode, options.ConsecutiveFailures) = (CircuitBreakerMode.Observe, 1));
        await bench.GetBrokenAsync();
        Assert.Equal(CircuitState.Open, bench.Circuit.State);
        var epoch = bench.Circuit.Epoch;
        await bench.GetBrokenAsync();
        await bench.GetWholeAsync();
        Assert.Equal((1, 2, 0), bench.Totals);
        Assert.Equal((epoch, 2), (bench.Circuit.Epoch, bench.Circuit.WouldHaveRejected));
    }
}
