using System.Diagnostics;
using System.Net;
using Http.CircuitBreaker.Tests.Support;

namespace Http.CircuitBreaker.Tests.Pipeline;

/// <summary>With <c>ProbePath</c> a circuit asks the host itself whether it is well.</summary>
public sealed class BackgroundProbeTests : IDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);

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
    public async Task At_the_end_of_a_break_a_request_of_its_own_is_the_probe_and_the_call_is_rejected_still()
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
    public async Task Its_success_closes_the_circuit_without_any_callers_help()
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
    public async Task Its_failure_opens_the_circuit_for_another_break(string fault)
    {
        await OpenAsync();
        await StartProbeAsync();

        End(fault);

        await UntilAsync(CircuitState.Open);
        Assert.True((await _rig.SendAsync()).IsCircuitOpen());
        Assert.Single(_probes);
        _answer = new TaskCompletionSource<Func<HttpResponseMessage>>(TaskCreationOptions.RunContinuationsAsynchronously);
        await StartProbeAsync();
        Assert.Equal(2, _probes.Count);
    }

    [Fact]
    public async Task One_is_under_way_at_a_time_however_many_calls_arrive_and_slots_there_are()
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
    public async Task One_without_an_answer_is_cancelled_and_counts_as_a_failure()
    {
        await OpenAsync();
        await StartProbeAsync();

        _rig.Time.Advance(TimeSpan.FromSeconds(60));

        await UntilAsync(CircuitState.Open);
        Assert.Equal("timeout", _rig.Circuit.LastFailureReason);
    }

    [Fact]
    public async Task Neither_headers_nor_activity_of_the_call_that_starts_it_come_along()
    {
        using var source = new ActivitySource("BackgroundProbeTests");
        using var listener = new ActivityListener
        {
            ShouldListenTo = candidate => candidate.Name == source.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
        };
        ActivitySource.AddActivityListener(listener);
        Activity? seen = null;
        await OpenAsync();
        var answer = _rig.Answer;
        _rig.Answer = (request, token) =>
        {
            seen = Activity.Current;
            return answer(request, token);
        };
        _rig.Time.Advance(TimeSpan.FromSeconds(5));

        using var activity = source.StartActivity("call");
        using var request = new HttpRequestMessage(HttpMethod.Post, HandlerRig.Url) { Headers = { { "Authorization", "secret" } } };
        await _rig.Invoker.SendAsync(request, CancellationToken.None);

        Assert.True(await _arrived.WaitAsync(_patience));
        Assert.Same(activity, Activity.Current);
        Assert.Null(seen);
        Assert.Empty(Assert.Single(_probes).Headers);
    }

    [Fact]
    public async Task A_reload_to_none_makes_the_next_call_the_probe()
    {
        await OpenAsync();
        await StartProbeAsync();
        _rig.Time.Advance(TimeSpan.FromSeconds(1));
        using var other = new CircuitBreakerHandler(new CircuitBreakerOptions { MinimumThroughput = 2 }, _rig.Handler.Circuits);
        _answer.SetException(new InvalidOperationException("an ignored end, which gives the slot back"));
        await UntilAsync(() => _rig.Circuit.InFlight == 0);

        Assert.False((await _rig.SendAsync()).IsCircuitOpen());
    }

    [Fact]
    public async Task In_Observe_mode_the_calls_that_arrive_are_the_probes()
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
    public async Task A_timed_isolation_ends_like_a_break()
    {
        await _rig.SendAsync();
        _rig.Handler.Circuits.Isolate(HandlerRig.Key, TimeSpan.FromSeconds(5));

        await StartProbeAsync();

        _answer.SetResult(() => new HttpResponseMessage(HttpStatusCode.OK));
        await UntilAsync(CircuitState.Closed);
    }

    private void End(string fault)
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
        Assert.True(await _arrived.WaitAsync(_patience));
    }

    private Task UntilAsync(CircuitState state, HandlerRig? rig = null) => UntilAsync(() => (rig ?? _rig).Circuit.State == state);

    private static async Task UntilAsync(Func<bool> condition)
    {
        var deadline = Environment.TickCount64 + (long)_patience.TotalMilliseconds;
        while (!condition())
        {
            Assert.True(Environment.TickCount64 < deadline, "It did not come to that.");
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
