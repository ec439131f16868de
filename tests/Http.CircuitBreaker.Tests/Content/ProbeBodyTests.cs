namespace Http.CircuitBreaker.Tests.Content;

/// <summary>A probe has proven its host only when its body has come through, or has flowed for long enough.</summary>
public sealed class ProbeBodyTests
{
    [Fact]
    public async Task A_probe_waits_for_the_end_of_its_body()
    {
        using var bench = HalfOpen();
        var probe = await bench.GetAsync(new byte[10]);
        Assert.Equal(CircuitState.HalfOpen, bench.Circuit.State);
        Assert.True((await bench.SendAsync()).IsCircuitOpen());
        Assert.Equal(10, (await probe.Content.ReadAsByteArrayAsync()).Length);
        Assert.Equal(CircuitState.Closed, bench.Circuit.State);
    }

    [Fact]
    public async Task A_probe_whose_reader_leaves_is_a_success()
    {
        using var bench = HalfOpen();
        (await bench.GetAsync(new byte[10])).Dispose();
        Assert.Equal(CircuitState.Closed, bench.Circuit.State);
    }

    [Fact]
    public async Task A_probe_whose_body_breaks_opens_again()
    {
        using var bench = HalfOpen();
        await bench.GetBrokenAsync();
        Assert.Equal((CircuitState.Open, "System.IO.IOException"), (bench.Circuit.State, bench.Circuit.LastFailureReason));
        Assert.Equal((0, 1, 0), bench.Totals);
    }

    [Fact]
    public async Task A_probe_without_a_body_decides_with_its_headers()
    {
        using var bench = HalfOpen();
        bench.Answer = _ => Task.FromResult(new HttpResponseMessage());
        await bench.SendAsync();
        Assert.Equal(CircuitState.Closed, bench.Circuit.State);
    }

    [Theory]
    [InlineData(60, 5)]
    [InlineData(2, 2)]
    public async Task A_body_that_still_flows_at_the_end_of_its_lease_is_a_success_found_by_a_call(int probeTimeout, int lease)
    {
        using var bench = HalfOpen(options => options.ProbeTimeout = TimeSpan.FromSeconds(probeTimeout));
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
    public async Task The_lease_of_a_body_begins_with_its_headers()
    {
        using var bench = HalfOpen();
        var headers = new TaskCompletionSource<HttpResponseMessage>();
        bench.Answer = _ => headers.Task;
        var sending = bench.SendAsync();
        bench.Time.Advance(TimeSpan.FromSeconds(30));
        headers.SetResult(new HttpResponseMessage { Content = new ScriptedContent(new byte[10]) });
        using var probe = await sending;
        bench.Time.Advance(BodyBench.Break - TimeSpan.FromMilliseconds(1));
        Assert.True((await bench.SendAsync()).IsCircuitOpen());
        await probe.Content.ReadAsByteArrayAsync();
        Assert.Equal(CircuitState.Closed, bench.Circuit.State);
    }

    [Fact]
    public async Task A_body_that_breaks_after_its_lease_changes_nothing_while_other_probes_are_out()
    {
        using var bench = HalfOpen(options => options.HalfOpenProbes = 3);
        var first = await bench.GetAsync(new byte[10], new IOException("late"));
        bench.Time.Advance(BodyBench.Break);
        var second = await bench.GetAsync(new byte[10], new IOException("in time"));
        Assert.Equal((CircuitState.HalfOpen, 1, 0), (bench.Circuit.State, bench.Circuit.Total, bench.Circuit.Failed));

        // One success and one failure: the late failure of the first is accounted, and is no second one.
        await Assert.ThrowsAsync<HttpRequestException>(() => first.Content.ReadAsStringAsync());
        await Assert.ThrowsAsync<HttpRequestException>(() => second.Content.ReadAsStringAsync());
        Assert.Equal((CircuitState.HalfOpen, 2, 1), (bench.Circuit.State, bench.Circuit.Total, bench.Circuit.Failed));
        Assert.Equal((0, 2, 0), bench.Totals);
        await bench.GetWholeAsync();
        Assert.Equal(CircuitState.Closed, bench.Circuit.State);
    }

    [Fact]
    public async Task Headers_that_come_after_the_lease_take_no_slot_again()
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
        bench.OpenByHand();
        return bench;
    }
}
