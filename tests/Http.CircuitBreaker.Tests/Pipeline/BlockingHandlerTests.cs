using System.Net;
using Http.CircuitBreaker.Tests.Support;

namespace Http.CircuitBreaker.Tests.Pipeline;

/// <summary>Handlers below that keep the caller's thread instead of returning a task.</summary>
public sealed class BlockingHandlerTests : IDisposable
{
    private readonly ManualResetEventSlim _reached = new();
    private readonly ManualResetEventSlim _leave = new();

    [Fact]
    public async Task While_it_keeps_the_thread_the_call_is_not_in_flight_and_then_it_is_until_it_ends()
    {
        var headers = new TaskCompletionSource<HttpResponseMessage>();
        using var rig = Rig(headers.Task);
        var sending = StartAndWait(rig, r => r.SendAsync());
        Assert.Equal((0, 0), (rig.Circuit.InFlight, rig.Circuit.Total));

        _leave.Set();
        var call = await sending;
        Assert.Equal((1, 0), (rig.Circuit.InFlight, rig.Circuit.Total));

        headers.SetResult(new HttpResponseMessage(HttpStatusCode.OK));
        await call;
        Assert.Equal((0, 1, 1), (rig.Circuit.InFlight, rig.Circuit.Total, rig.Circuit.TotalSucceeded));
    }

    [Fact]
    public async Task A_synchronous_call_is_in_flight_from_its_beginning()
    {
        using var rig = Rig(Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK)));
        var sending = StartAndWait(rig, r => r.Send());
        Assert.Equal(1, rig.Circuit.InFlight);

        _leave.Set();
        await sending;
        Assert.Equal((0, 1), (rig.Circuit.InFlight, rig.Circuit.TotalSucceeded));
    }

    [Fact]
    public async Task With_SlowCallDuration_calls_that_hang_in_it_open_the_circuit()
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
        _leave.Set();
        await Task.WhenAll(await first, await second);
        Assert.Equal((0, 2), (rig.Circuit.InFlight, rig.Circuit.TotalFailed));
    }

    public void Dispose()
    {
        _leave.Set();
        _reached.Dispose();
        _leave.Dispose();
    }

    private HandlerRig Rig(Task<HttpResponseMessage> answer, Action<CircuitBreakerOptions>? configure = null)
    {
        var rig = new HandlerRig(configure);
        rig.Answer = (_, _) =>
        {
            _reached.Set();
            Assert.True(_leave.Wait(TimeSpan.FromSeconds(30), CancellationToken.None));
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
