using System.Net;
using Http.CircuitBreaker.Tests.Support;

namespace Http.CircuitBreaker.Tests.Pipeline;

public sealed class ModeTests
{
    [Fact]
    public async Task Observe_mode_opens_the_circuit_and_sends_every_call()
    {
        using var rig = new HandlerRig(options => (options.Mode, options.ConsecutiveFailures) = (CircuitBreakerMode.Observe, 3));
        await rig.OpenAsync();
        rig.AnswerWith(HttpStatusCode.OK);

        for (var i = 0; i < 4; i++)
        {
            Assert.False((await rig.SendAsync()).IsCircuitOpen());
            Assert.False(rig.Send().IsCircuitOpen());
        }

        Assert.Equal((CircuitState.Open, CircuitBreakerMode.Observe), (rig.Circuit.State, rig.Circuit.Mode));
        Assert.Equal((0, 8, 0), (rig.Circuit.Rejected, rig.Circuit.WouldHaveRejected, rig.Circuit.InFlight));
        Assert.Equal((8, 3), (rig.Circuit.TotalSucceeded, rig.Circuit.TotalFailed));
    }

    [Fact]
    public async Task Observe_mode_probes_and_closes_the_circuit()
    {
        using var rig = new HandlerRig(options => options.Mode = CircuitBreakerMode.Observe);
        await rig.OpenAsync();
        rig.AnswerWith(HttpStatusCode.OK);
        rig.Time.Advance(rig.Options.BreakDuration);

        await rig.SendAsync();

        Assert.Equal(CircuitState.Closed, rig.Circuit.State);
    }

    [Fact]
    public async Task Disabled_mode_does_not_classify_calls()
    {
        using var rig = new HandlerRig(options => options.Mode = CircuitBreakerMode.Disabled);
        rig.AnswerWith(HttpStatusCode.InternalServerError);

        for (var i = 0; i < 30; i++)
        {
            Assert.False((await rig.SendAsync()).IsCircuitOpen());
            Assert.False(rig.Send().IsCircuitOpen());
        }

        Assert.Equal((CircuitState.Closed, 0, 0), (rig.Circuit.State, rig.Circuit.TotalFailed, rig.Circuit.Total));
        Assert.Equal(60, rig.Inner.Calls);
    }

    [Fact]
    public async Task Request_that_bypasses_the_circuit_breaker_is_sent_and_not_counted()
    {
        using var rig = new HandlerRig();
        await rig.OpenAsync();
        var before = rig.Circuit;

        using var one = new HttpRequestMessage(HttpMethod.Get, HandlerRig.Url).BypassCircuitBreaker();
        using var other = new HttpRequestMessage(HttpMethod.Get, HandlerRig.Url).BypassCircuitBreaker();
        Assert.False((await rig.Invoker.SendAsync(one, default)).IsCircuitOpen());
        Assert.False(rig.Invoker.Send(other, default).IsCircuitOpen());

        Assert.Equal(before, rig.Circuit);
    }

    [Fact]
    public async Task Request_that_follows_a_bypassing_request_is_rejected()
    {
        using var rig = new HandlerRig();
        await rig.OpenAsync();
        using var bypassing = new HttpRequestMessage(HttpMethod.Get, HandlerRig.Url).BypassCircuitBreaker();
        await rig.Invoker.SendAsync(bypassing, default);

        Assert.True((await rig.SendAsync()).IsCircuitOpen());
    }

    [Fact]
    public void BypassCircuitBreaker_returns_the_same_request()
    {
        using var request = new HttpRequestMessage();

        Assert.Same(request, request.BypassCircuitBreaker());
    }

    [Fact]
    public async Task Rejection_by_an_inner_breaker_is_ignored()
    {
        using var inner = new HandlerRig();
        await inner.OpenAsync();
        using var outer = new HandlerRig(options => options.ConsecutiveFailures = 1, inner: inner.Handler);

        for (var i = 0; i < 20; i++)
        {
            Assert.True((await outer.SendAsync()).IsCircuitOpen());
        }

        Assert.Equal((CircuitState.Closed, 20), (outer.Circuit.State, outer.Circuit.TotalIgnored));
    }
}
