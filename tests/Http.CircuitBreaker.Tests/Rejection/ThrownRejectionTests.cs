using System.Net;
using Http.CircuitBreaker.Tests.Support;

namespace Http.CircuitBreaker.Tests.Rejection;

public sealed class ThrownRejectionTests
{
    [Fact]
    public async Task In_exception_mode_a_rejected_call_throws_an_HttpRequestException_with_status_503_and_the_facts()
    {
        using var rig = new HandlerRig(options => options.RejectionMode = RejectionMode.Exception);
        await rig.OpenAsync();

        var exception = await Assert.ThrowsAsync<CircuitOpenException>(() => rig.SendAsync());

        Assert.IsType<HttpRequestException>(exception, exactMatch: false);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, exception.StatusCode);
        Assert.Equal(new CircuitRejection(HandlerRig.Key, CircuitState.Open, TimeSpan.FromSeconds(5), "500"), exception.Rejection);
        Assert.Equal(
            "The circuit 'http://host:80' is Open; the request was not sent. The last failure was: 500. Try again in 5 s.", exception.Message);
    }

    [Fact]
    public async Task So_does_a_synchronous_call()
    {
        using var rig = new HandlerRig(options => options.RejectionMode = RejectionMode.Exception);
        await rig.OpenAsync();

        Assert.Equal(CircuitState.Open, Assert.Throws<CircuitOpenException>(() => rig.Send()).Rejection.State);
    }

    [Fact]
    public async Task An_asynchronous_call_does_not_throw_before_it_is_awaited()
    {
        using var rig = new HandlerRig(options => options.RejectionMode = RejectionMode.Exception);
        await rig.OpenAsync();

        var rejected = rig.SendAsync();

        Assert.True(rejected.IsFaulted);
        await Assert.ThrowsAsync<CircuitOpenException>(() => rejected);
    }

    [Fact]
    public async Task Without_an_end_and_without_a_failure_its_message_promises_neither()
    {
        using var rig = new HandlerRig(options => options.RejectionMode = RejectionMode.Exception);
        rig.Handler.Circuits.Isolate(HandlerRig.Key);

        var exception = await Assert.ThrowsAsync<CircuitOpenException>(() => rig.SendAsync());

        Assert.Equal("The circuit 'http://host:80' is Isolated; the request was not sent.", exception.Message);
    }

    [Fact]
    public async Task It_is_not_made_from_the_response_that_the_user_would_create()
    {
        using var rig = new HandlerRig(options =>
        {
            options.RejectionMode = RejectionMode.Exception;
            options.CreateRejection = (_, _) => throw new InvalidOperationException("not asked");
        });
        await rig.OpenAsync();

        await Assert.ThrowsAsync<CircuitOpenException>(() => rig.SendAsync());
    }
}
