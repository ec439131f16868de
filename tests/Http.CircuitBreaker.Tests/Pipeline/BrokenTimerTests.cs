using System.Net;
using Http.CircuitBreaker.Tests.Support;

namespace Http.CircuitBreaker.Tests.Pipeline;

/// <summary>The clock is a service of the user's. If its timers are broken, calls are still counted and probe slots are released.</summary>
public sealed class BrokenTimerTests : IDisposable
{
    private readonly HandlerTimers _time = new();
    private readonly HandlerRig _rig;

    public BrokenTimerTests() => _rig = new HandlerRig(options => options.CallTimeout = TimeSpan.FromSeconds(2), time: _time);

    public void Dispose() => _rig.Dispose();

    [Theory]
    [InlineData(TimerFault.CreateThrows, false)]
    [InlineData(TimerFault.CreateThrows, true)]
    [InlineData(TimerFault.DisposeThrows, false)]
    [InlineData(TimerFault.DisposeThrows, true)]
    public async Task Call_whose_timer_throws_is_not_left_in_flight(TimerFault fault, bool isSynchronous)
    {
        _time.Fault = fault;

        await Assert.ThrowsAnyAsync<SystemException>(() => SendAsync(isSynchronous));

        var isSent = fault != TimerFault.CreateThrows;
        Assert.Equal((0, 0), (_rig.Circuit.InFlight, _rig.Circuit.TotalFailed));
        Assert.Equal((isSent ? 1 : 0, isSent ? 0 : 1), (_rig.Circuit.TotalSucceeded, _rig.Circuit.TotalIgnored));
        Assert.Equal(isSent ? 1 : 0, _rig.Inner.Calls);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Probe_whose_timer_throws_releases_its_slot(bool isSynchronous)
    {
        await _rig.OpenAsync();
        _rig.AnswerWith(HttpStatusCode.OK);
        _time.Advance(TimeSpan.FromSeconds(5));
        _time.Fault = TimerFault.CreateThrows;
        await Assert.ThrowsAsync<NotSupportedException>(() => SendAsync(isSynchronous));
        Assert.Equal((CircuitState.HalfOpen, 0), (_rig.Circuit.State, _rig.Circuit.InFlight));
        _time.Fault = TimerFault.None;

        await SendAsync(isSynchronous);

        Assert.Equal(CircuitState.Closed, _rig.Circuit.State);
    }

    [Theory]
    [InlineData(TimerFault.CreateThrows, CircuitState.Open)]
    [InlineData(TimerFault.DisposeThrows, CircuitState.Closed)]
    [InlineData(TimerFault.NeverFires, CircuitState.Closed)]
    public async Task Result_of_a_background_probe_with_a_broken_timer_is_recorded(TimerFault fault, CircuitState expected)
    {
        using var rig = new HandlerRig(options => options.ProbePath = "/health", time: _time);
        await rig.OpenAsync();
        rig.AnswerWith(HttpStatusCode.OK);
        _time.Advance(TimeSpan.FromSeconds(5));
        _time.Fault = fault;

        Assert.True((await rig.SendAsync()).IsCircuitOpen());

        Assert.True(SpinWait.SpinUntil(() => rig.Circuit.State == expected, TimeSpan.FromSeconds(30)), $"{rig.Circuit.State}");
        Assert.Equal(0, rig.Circuit.InFlight);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Call_whose_timer_never_fires_is_not_left_in_flight(bool isCanceled)
    {
        _time.Fault = TimerFault.NeverFires;
        var answer = new TaskCompletionSource<HttpResponseMessage>();
        _rig.Answer = (_, token) => answer.Task.WaitAsync(token);
        using var caller = new CancellationTokenSource();
        var sending = _rig.SendAsync(token: caller.Token);
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(1, _rig.Circuit.InFlight);

        if (isCanceled)
        {
            await caller.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
        }
        else
        {
            answer.SetResult(new HttpResponseMessage());
            await sending;
        }

        Assert.Equal((0, 0), (_rig.Circuit.InFlight, _rig.Circuit.TotalFailed));
    }

    private Task<HttpResponseMessage> SendAsync(bool isSynchronous) => isSynchronous ? Task.Run(() => _rig.Send()) : _rig.SendAsync();
}
