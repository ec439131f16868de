using System.Net;
using Http.CircuitBreaker.Tests.Support;

namespace Http.CircuitBreaker.Tests.Rejection;

public sealed class ThrownRejectionTests
{
    [Fact]
    public async Task Exception_mode_throws_HttpRequestException_with_status_503()
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
    public async Task Rejected_synchronous_call_throws_in_exception_mode()
    {
        using var rig = new HandlerRig(options => options.RejectionMode = RejectionMode.Exception);
        await rig.OpenAsync();

        Assert.Equal(CircuitState.Open, Assert.Throws<CircuitOpenException>(() => rig.Send()).Rejection.State);
    }

    [Fact]
    public async Task Asynchronous_call_returns_a_faulted_task_in_exception_mode()
    {
        using var rig = new HandlerRig(options => options.RejectionMode = RejectionMode.Exception);
        await rig.OpenAsync();

        var rejected = rig.SendAsync();

        Assert.True(rejected.IsFaulted);
        await Assert.ThrowsAsync<CircuitOpenException>(() => rejected);
    }

    [Fact]
    public async Task Exception_message_omits_an_unknown_end_time_and_failure()
    {
        using var rig = new HandlerRig(options => options.RejectionMode = RejectionMode.Exception);
        rig.Handler.Circuits.Isolate(HandlerRig.Key);

        var exception = await Assert.ThrowsAsync<CircuitOpenException>(() => rig.SendAsync());

        Assert.Equal("The circuit 'http://host:80' is Isolated; the request was not sent.", exception.Message);
    }

    [Fact]
    public async Task Exception_for_an_isolated_circuit_shows_the_isolation_reason_and_not_an_earlier_failure()
    {
        using var rig = new HandlerRig(options => options.RejectionMode = RejectionMode.Exception);
        await rig.OpenAsync();
        rig.Handler.Circuits.Isolate(HandlerRig.Key, reason: "maintenance");

        var exception = await Assert.ThrowsAsync<CircuitOpenException>(() => rig.SendAsync());

        Assert.Equal(("maintenance", null), (exception.Rejection.IsolationReason, exception.Rejection.FailureReason));
        Assert.DoesNotContain("500", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Line_breaks_in_the_isolation_reason_are_escaped_in_the_exception_message()
    {
        using var rig = new HandlerRig(options => options.RejectionMode = RejectionMode.Exception);
        rig.Handler.Circuits.Isolate(HandlerRig.Key, reason: "two\r\nlines");

        var exception = await Assert.ThrowsAsync<CircuitOpenException>(() => rig.SendAsync());

        Assert.Contains(@" It was isolated by hand: two\u000D\u000Alines.", exception.Message, StringComparison.Ordinal);
        Assert.Equal("two\r\nlines", exception.Rejection.IsolationReason);
    }

    [Fact]
    public async Task CreateRejection_is_not_called_in_exception_mode()
    {
        using var rig = new HandlerRig(options =>
        {
            options.RejectionMode = RejectionMode.Exception;
            options.CreateRejection = (_, _) => throw new InvalidOperationException("must not be called");
        });
        await rig.OpenAsync();

        await Assert.ThrowsAsync<CircuitOpenException>(() => rig.SendAsync());
    }
}
