using System.Net;
using Http.CircuitBreaker.Tests.Support;

namespace Http.CircuitBreaker.Tests.Pipeline;

/// <summary>Inner handlers that block the caller's thread before they return a task.</summary>
public sealed class BlockingHandlerTests : IDisposable
{
    private readonly ManualResetEventSlim _reached = new();
    private readonly ManualResetEventSlim _release = new();

    [Fact]
    public async Task Call_is_in_flight_until_its_headers_arrive()
    {
        var headers = new TaskCompletionSource<HttpResponseMessage>();
        using var rig = Rig(headers.Task);
        var sending = StartAndWait(rig, r => r.SendAsync());
        Assert.Equal((1, 0), (rig.Circuit.InFlight, rig.Circuit.Total));

        _release.Set();
        var call = await sending;
        Assert.Equal((1, 0), (rig.Circuit.InFlight, rig.Circuit.Total));

        headers.SetResult(new HttpResponseMessage(HttpStatusCode.OK));
        await call;
        Assert.Equal((0, 1, 1), (rig.Circuit.InFlight, rig.Circuit.Total, rig.Circuit.TotalSucceeded));
    }

    [Fact]
    public async Task Synchronous_call_is_in_flight_from_its_start()
    {
        using var rig = Rig(Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK)));
        var sending = StartAndWait(rig, r => r.Send());
        Assert.Equal(1, rig.Circuit.InFlight);

        _release.Set();
        await sending;
        Assert.Equal((0, 1), (rig.Circuit.InFlight, rig.Circuit.TotalSucceeded));
    }

    [Fact]
    public async Task Calls_blocked_in_an_inner_handler_open_the_circuit_after_SlowCallDuration()
    {
        using var rig = Rig(
            Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK)),
            options => (options.SlowCallDuration, options.MinimumThroughput, options.ConsecutiveFailures) = (TimeSpan.FromSeconds(2), 2, null));
        var first = StartAndWait(rig, r => r.SendAsync());
        var second = StartAndWait(rig, r => r.SendAsync());
        Assert.Equal(2, rig.Circuit.InFlight);

        rig.Time.Advance(TimeSpan.FromSeconds(2.5));
        using var rejected = await rig.SendAsync();

        Assert.Equal((HttpStatusCode.ServiceUnavailable, CircuitState.Open), (rejected.StatusCode, rig.Circuit.State));
        _release.Set();
        await Task.WhenAll(await first, await second);
        Assert.Equal((0, 2), (rig.Circuit.InFlight, rig.Circuit.TotalFailed));
    }

    public void Dispose()
    {
        _release.Set();
        _reached.Dispose();
        _release.Dispose();
    }

    private HandlerRig Rig(Task<HttpResponseMessage> answer, Action<CircuitBreakerOptions>? configure = null)
    {
        var rig = new HandlerRig(configure);
        rig.Answer = (_, _) =>
        {
            _reached.Set();
            Assert.True(_release.Wait(TimeSpan.FromSeconds(30), CancellationToken.None));
            return answer;
        };
        return rig;
    }

    private Task<T> StartAndWait<T>(HandlerRig rig, Func<HandlerRig, T> send)
    {
        _reached.Reset();
        var sending = Task.Factory.StartNew(() => send(rig), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        Assert.True(_reached.Wait(TimeSpan.FromSeconds(30)));
        return sending;
    }
}
