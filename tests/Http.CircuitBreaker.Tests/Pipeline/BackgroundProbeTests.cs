using System.Diagnostics;
using System.Net;
using Http.CircuitBreaker.Tests.Support;

namespace Http.CircuitBreaker.Tests.Pipeline;

/// <summary>With <c>ProbePath</c> the circuit sends its own probe requests.</summary>
public sealed class BackgroundProbeTests : IDisposable
{
    private static readonly TimeSpan _timeout = TimeSpan.FromSeconds(30);

    private readonly HandlerRig _rig = new(options => (options.ProbePath, options.MinimumThroughput) = ("/health", 2));
    private readonly List<HttpRequestMessage> _probes = [];
    private readonly SemaphoreSlim _arrived = new(0);
    private TaskCompletionSource<Func<HttpResponseMessage>> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public BackgroundProbeTests() => _rig.Answer = async (request, token) =>
    {
        if (request.RequestUri!.AbsolutePath != "/health")
        {
            return new HttpResponseMessage(HttpStatusCode.InternalServerError);
        }

        lock (_probes)
        {
            _probes.Add(request);
        }

        _arrived.Release();
        return (await _answer.Task.WaitAsync(token))();
    };

    public void Dispose()
    {
        _rig.Dispose();
        _arrived.Dispose();
    }

    [Fact]
    public async Task Call_after_the_break_starts_a_background_probe_and_is_rejected()
    {
        await OpenAsync();
        Assert.True((await _rig.SendAsync()).IsCircuitOpen());
        Assert.Empty(_probes);

        await StartProbeAsync();

        var probe = Assert.Single(_probes);
        Assert.Equal((HttpMethod.Get, new Uri("http://host/health")), (probe.Method, probe.RequestUri));
        Assert.Equal(CircuitState.HalfOpen, _rig.Circuit.State);
    }

    [Fact]
    public async Task Successful_background_probe_closes_the_circuit_without_a_call()
    {
        await OpenAsync();
        await StartProbeAsync();

        _answer.SetResult(() => new HttpResponseMessage(HttpStatusCode.OK));

        await UntilAsync(CircuitState.Closed);
        Assert.Equal((1, 2), (_rig.Circuit.TotalSucceeded, _rig.Circuit.Rejected + 1));
    }

    [Theory]
    [InlineData("status")]
    [InlineData("exception")]
    [InlineData("body")]
    public async Task Failed_background_probe_reopens_the_circuit(string fault)
    {
        await OpenAsync();
        await StartProbeAsync();

        CompleteProbe(fault);

        await UntilAsync(CircuitState.Open);
        Assert.True((await _rig.SendAsync()).IsCircuitOpen());
        Assert.Single(_probes);
        _answer = new TaskCompletionSource<Func<HttpResponseMessage>>(TaskCreationOptions.RunContinuationsAsynchronously);
        await StartProbeAsync();
        Assert.Equal(2, _probes.Count);
    }

    [Fact]
    public async Task Only_one_background_probe_runs_at_a_time()
    {
        using var rig = new HandlerRig(options => (options.ProbePath, options.MinimumThroughput, options.HalfOpenProbes) = ("/health", 2, 3));
        rig.Answer = _rig.Answer;
        await OpenAsync(rig);
        await StartProbeAsync(rig);

        for (var i = 0; i < 50; i++)
        {
            Assert.True((await rig.SendAsync()).IsCircuitOpen());
        }

        Assert.Single(_probes);
        _answer.SetResult(() => new HttpResponseMessage(HttpStatusCode.OK));
        await UntilAsync(CircuitState.Closed, rig);
        Assert.Equal(2, _probes.Count);
    }

    [Fact]
    public async Task Background_probe_without_a_response_is_canceled_and_counts_as_a_failure()
    {
        await OpenAsync();
        await StartProbeAsync();

        _rig.Time.Advance(TimeSpan.FromSeconds(60));

        await UntilAsync(CircuitState.Open);
        Assert.Equal("timeout", _rig.Circuit.LastFailureReason);
    }

    [Fact]
    public async Task Background_probe_does_not_copy_headers_or_activity_of_the_call()
    {
        using var source = new ActivitySource("BackgroundProbeTests");
        using var listener = new ActivityListener
        {
            ShouldListenTo = candidate => candidate.Name == source.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
        };
        ActivitySource.AddActivityListener(listener);
        Activity? probeActivity = null;
        await OpenAsync();
        var answer = _rig.Answer;
        _rig.Answer = (request, token) =>
        {
            probeActivity = Activity.Current;
            return answer(request, token);
        };
        _rig.Time.Advance(TimeSpan.FromSeconds(5));

        using var activity = source.StartActivity("call");
        using var request = new HttpRequestMessage(HttpMethod.Post, HandlerRig.Url) { Headers = { { "Authorization", "secret" } } };
        await _rig.Invoker.SendAsync(request, CancellationToken.None);

        Assert.True(await _arrived.WaitAsync(_timeout));
        Assert.Same(activity, Activity.Current);
        Assert.Null(probeActivity);
        Assert.Empty(Assert.Single(_probes).Headers);
    }

    [Fact]
    public async Task After_ProbePath_is_removed_the_next_call_is_used_as_the_probe()
    {
        await OpenAsync();
        await StartProbeAsync();
        _rig.Time.Advance(TimeSpan.FromSeconds(1));
        using var other = new CircuitBreakerHandler(new CircuitBreakerOptions { MinimumThroughput = 2 }, _rig.Handler.Circuits);
        CompleteProbe("exception");
        await UntilAsync(CircuitState.Open);
        _rig.Time.Advance(TimeSpan.FromMinutes(1));

        Assert.False((await _rig.SendAsync()).IsCircuitOpen());
    }

    [Fact]
    public async Task Calls_are_used_as_probes_in_Observe_mode()
    {
        using var rig = new HandlerRig(
            options => (options.ProbePath, options.MinimumThroughput, options.Mode) = ("/health", 2, CircuitBreakerMode.Observe));
        rig.Answer = _rig.Answer;
        await OpenAsync(rig);
        rig.Time.Advance(TimeSpan.FromSeconds(5));

        await rig.SendAsync();

        Assert.Empty(_probes);
        Assert.Equal(2, rig.Circuit.ConsecutiveOpenings);
    }

    [Fact]
    public async Task Timed_isolation_ends_with_a_background_probe()
    {
        await _rig.SendAsync();
        _rig.Handler.Circuits.Isolate(HandlerRig.Key, TimeSpan.FromSeconds(5));

        await StartProbeAsync();

        _answer.SetResult(() => new HttpResponseMessage(HttpStatusCode.OK));
        await UntilAsync(CircuitState.Closed);
    }

    private void CompleteProbe(string fault)
    {
        if (fault == "exception")
        {
            _answer.SetException(new HttpRequestException(HttpRequestError.ConnectionError));
            return;
        }

        _answer.SetResult(() => fault == "body"
            ? new HttpResponseMessage(HttpStatusCode.OK) { Content = new StreamContent(new BrokenStream()) }
            : new HttpResponseMessage(HttpStatusCode.InternalServerError));
    }

    private Task OpenAsync() => OpenAsync(_rig);

    private static async Task OpenAsync(HandlerRig rig)
    {
        await rig.SendAsync();
        await rig.SendAsync();
        Assert.Equal(CircuitState.Open, rig.Circuit.State);
    }

    private Task StartProbeAsync() => StartProbeAsync(_rig);

    private async Task StartProbeAsync(HandlerRig rig)
    {
        rig.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.True((await rig.SendAsync()).IsCircuitOpen());
        Assert.True(await _arrived.WaitAsync(_timeout));
    }

    private Task UntilAsync(CircuitState state, HandlerRig? rig = null) => UntilAsync(() => (rig ?? _rig).Circuit.State == state);

    private static async Task UntilAsync(Func<bool> condition)
    {
        var deadline = Environment.TickCount64 + (long)_timeout.TotalMilliseconds;
        while (!condition())
        {
            Assert.True(Environment.TickCount64 < deadline, "The condition did not become true in time.");
            await Task.Yield();
        }
    }

    private sealed class BrokenStream : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            ValueTask.FromException<int>(new HttpIOException(HttpRequestError.ResponseEnded));

        public override Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken) =>
            Task.FromException(new HttpIOException(HttpRequestError.ResponseEnded));
    }
}
