namespace Http.CircuitBreaker.Tests.Content;

/// <summary>A probe succeeds when its body has ended, or when its lease ends while the body is still being received.</summary>
public sealed class ProbeBodyTests
{
    [Fact]
    public async Task Probe_succeeds_when_its_body_has_been_read_to_the_end()
    {
        using var bench = HalfOpen();
        var probe = await bench.GetAsync(new byte[10]);
        Assert.Equal(CircuitState.HalfOpen, bench.Circuit.State);
        Assert.True((await bench.SendAsync()).IsCircuitOpen());
        Assert.Equal(10, (await probe.Content.ReadAsByteArrayAsync()).Length);
        Assert.Equal(CircuitState.Closed, bench.Circuit.State);
    }

    [Fact]
    public async Task Probe_with_an_abandoned_body_is_a_success()
    {
        using var bench = HalfOpen();
        (await bench.GetAsync(new byte[10])).Dispose();
        Assert.Equal(CircuitState.Closed, bench.Circuit.State);
    }

    [Fact]
    public async Task Probe_with_a_broken_body_reopens_the_circuit()
    {
        using var bench = HalfOpen();
        await bench.GetBrokenAsync();
        Assert.Equal((CircuitState.Open, "System.IO.IOException"), (bench.Circuit.State, bench.Circuit.LastFailureReason));
        Assert.Equal((0, 1, 0), bench.Totals);
    }

    [Fact]
    public async Task Probe_without_a_body_succeeds_when_its_headers_arrive()
    {
        using var bench = HalfOpen();
        bench.Answer = _ => Task.FromResult(new HttpResponseMessage());
        await bench.SendAsync();
        Assert.Equal(CircuitState.Closed, bench.Circuit.State);
    }

    // A body that flows keeps other calls out for at most 1 s, however long the breaks are.
    [Theory]
    [InlineData(60, 5, 1)]
    [InlineData(60, 30, 1)]
    [InlineData(60, 0.5, 0.5)]
    [InlineData(0.2, 5, 0.2)]
    public async Task Probe_with_an_unfinished_body_succeeds_after_the_shortest_of_1_s_ProbeTimeout_and_BreakDuration(
        double probeTimeout, double breakDuration, double lease)
    {
        using var bench = HalfOpen(options => (options.ProbeTimeout, options.BreakDuration) =
            (TimeSpan.FromSeconds(probeTimeout), TimeSpan.FromSeconds(breakDuration)));
        var probe = await bench.GetAsync(new byte[10], new IOException("late"));
        bench.Time.Advance(TimeSpan.FromSeconds(lease) - TimeSpan.FromMilliseconds(1));
        Assert.True((await bench.SendAsync()).IsCircuitOpen());
        bench.Time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(CircuitState.HalfOpen, bench.Circuit.State);

        await bench.GetWholeAsync();
        Assert.Equal(CircuitState.Closed, bench.Circuit.State);

        var epoch = bench.Circuit.Epoch;
        await Assert.ThrowsAsync<HttpRequestException>(() => probe.Content.ReadAsStringAsync());
        Assert.Equal((CircuitState.Closed, epoch), (bench.Circuit.State, bench.Circuit.Epoch));
        Assert.Equal((1, 1, 0), bench.Totals);
        Assert.Equal(0, bench.Circuit.Failed);
    }

    [Fact]
    public async Task Time_limit_for_the_body_of_a_probe_starts_when_its_headers_arrive()
    {
        using var bench = HalfOpen();
        var headers = new TaskCompletionSource<HttpResponseMessage>();
        bench.Answer = _ => headers.Task;
        var sending = bench.SendAsync();
        bench.Time.Advance(TimeSpan.FromSeconds(30));
        headers.SetResult(new HttpResponseMessage { Content = new ScriptedContent(new byte[10]) });
        using var probe = await sending;
        bench.Time.Advance(TimeSpan.FromMilliseconds(999));
        Assert.True((await bench.SendAsync()).IsCircuitOpen());
        await probe.Content.ReadAsByteArrayAsync();
        Assert.Equal(CircuitState.Closed, bench.Circuit.State);
    }

    [Fact]
    public async Task Probe_body_that_breaks_after_its_time_limit_does_not_affect_other_probes()
    {
        using var bench = HalfOpen(options => options.HalfOpenProbes = 3);
        var first = await bench.GetAsync(new byte[10], new IOException("late"));
        bench.Time.Advance(BodyBench.Break);
        var second = await bench.GetAsync(new byte[10], new IOException("in time"));
        Assert.Equal((CircuitState.HalfOpen, 1, 0), (bench.Circuit.State, bench.Circuit.Total, bench.Circuit.Failed));

        // The late failure of the first probe changes the totals, but the probes stay one success and one failure.
        await Assert.ThrowsAsync<HttpRequestException>(() => first.Content.ReadAsStringAsync());
        await Assert.ThrowsAsync<HttpRequestException>(() => second.Content.ReadAsStringAsync());
        Assert.Equal((CircuitState.HalfOpen, 2, 1), (bench.Circuit.State, bench.Circuit.Total, bench.Circuit.Failed));
        Assert.Equal((0, 2, 0), bench.Totals);
        await bench.GetWholeAsync();
        Assert.Equal(CircuitState.Closed, bench.Circuit.State);
    }

    [Fact]
    public async Task Probe_headers_that_arrive_after_ProbeTimeout_do_not_change_the_open_circuit()
    {
        using var bench = HalfOpen(options => options.ProbeTimeout = TimeSpan.FromSeconds(2));
        var headers = new TaskCompletionSource<HttpResponseMessage>();
        bench.Answer = _ => headers.Task;
        var sending = bench.SendAsync();
        bench.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.True((await bench.SendAsync()).IsCircuitOpen());
        var open = bench.Circuit;
        Assert.Equal(CircuitState.Open, open.State);

        headers.SetResult(new HttpResponseMessage { Content = new ScriptedContent(new byte[10]) });
        (await sending).Dispose();
        Assert.Equal((open.State, open.Epoch), (bench.Circuit.State, bench.Circuit.Epoch));
        Assert.Equal((1, 0, 0), bench.Totals);
    }

    private static BodyBench HalfOpen(Action<CircuitBreakerOptions>? configure = null)
    {
        var bench = new BodyBench(options =>
        {
            options.HalfOpenProbes = 1;
            configure?.Invoke(options);
        });
        bench.IsolateUntilProbe();
        return bench;
    }
}
