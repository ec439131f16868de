using System.Net;
using Http.CircuitBreaker.Tests.Support;

namespace Http.CircuitBreaker.Tests.Rejection;

public sealed class RejectedResponseTests
{
    [Fact]
    public async Task Rejection_is_a_503_with_reason_phrase_Circuit_Open()
    {
        using var rig = new HandlerRig();
        await rig.OpenAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, HandlerRig.Url) { Version = HttpVersion.Version20 };

        using var response = await rig.Invoker.SendAsync(request, default);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal("Circuit Open", response.ReasonPhrase);
        Assert.Same(request, response.RequestMessage);
        Assert.Equal(HttpVersion.Version20, response.Version);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.ToString());
    }

    [Fact]
    public async Task Rejection_has_a_Proxy_Status_header_with_error_destination_unavailable()
    {
        using var rig = new HandlerRig();
        await rig.OpenAsync();

        using var response = await rig.SendAsync();

        Assert.Equal(["Http.CircuitBreaker; error=destination_unavailable"], response.Headers.GetValues("Proxy-Status"));
    }

    [Fact]
    public async Task IsCircuitOpen_returns_the_details_of_the_rejection()
    {
        using var rig = new HandlerRig();
        await rig.OpenAsync(HttpStatusCode.BadGateway);

        using var response = await rig.SendAsync();

        Assert.True(response.IsCircuitOpen());
        Assert.True(response.IsCircuitOpen(out var rejection));
        Assert.Equal(new CircuitRejection(HandlerRig.Key, CircuitState.Open, TimeSpan.FromSeconds(5), "502"), rejection);
    }

    [Fact]
    public void A_503_response_of_the_host_is_not_recognized_as_a_rejection()
    {
        using var response = new HttpResponseMessage(HttpStatusCode.ServiceUnavailable) { ReasonPhrase = "Circuit Open" };

        Assert.False(response.IsCircuitOpen());
        Assert.False(response.IsCircuitOpen(out var rejection));
        Assert.Null(rejection);
    }

    [Fact]
    public async Task Rejected_responses_can_be_disposed_independently()
    {
        using var rig = new HandlerRig();
        await rig.OpenAsync();

        var first = await rig.SendAsync();
        using var second = await rig.SendAsync();
        first.Dispose();

        Assert.NotSame(first, second);
        Assert.Contains("503", await second.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 5)]
    [InlineData(1, 5)]
    [InlineData(999, 5)]
    [InlineData(1000, 4)]
    [InlineData(4000, 1)]
    [InlineData(4999, 1)]
    public async Task Retry_After_is_the_remaining_break_rounded_up_to_seconds(int elapsed, int seconds)
    {
        using var rig = new HandlerRig();
        await rig.OpenAsync();
        rig.Time.Advance(TimeSpan.FromMilliseconds(elapsed));

        using var response = await rig.SendAsync();

        Assert.Equal(TimeSpan.FromSeconds(seconds), response.Headers.RetryAfter!.Delta);
        response.IsCircuitOpen(out var rejection);
        Assert.Equal(TimeSpan.FromSeconds(seconds), rejection!.RetryAfter);
    }

    [Fact]
    public async Task Retry_After_is_one_second_while_half_open()
    {
        using var rig = new HandlerRig();
        await rig.OpenAsync();
        rig.Time.Advance(rig.Options.BreakDuration);
        rig.Answer = HandlerAnswers.HangAsync;
        _ = rig.SendAsync();

        using var response = await rig.SendAsync();

        Assert.Equal(TimeSpan.FromSeconds(1), response.Headers.RetryAfter!.Delta);
        response.IsCircuitOpen(out var rejection);
        Assert.Equal((CircuitState.HalfOpen, TimeSpan.FromSeconds(1)), (rejection!.State, rejection.RetryAfter));
    }

    [Fact]
    public async Task Retry_After_is_absent_during_an_indefinite_isolation()
    {
        using var rig = new HandlerRig();
        rig.Handler.Circuits.Isolate(HandlerRig.Key);

        using var response = await rig.SendAsync();

        Assert.Null(response.Headers.RetryAfter);
        response.IsCircuitOpen(out var rejection);
        Assert.Equal(new CircuitRejection(HandlerRig.Key, CircuitState.Isolated, null, null), rejection);
    }

    [Fact]
    public async Task Retry_After_is_the_remaining_time_of_a_timed_isolation()
    {
        using var rig = new HandlerRig();
        rig.Handler.Circuits.Isolate(HandlerRig.Key, TimeSpan.FromMilliseconds(90_001));

        using var response = await rig.SendAsync();

        Assert.Equal(TimeSpan.FromSeconds(91), response.Headers.RetryAfter!.Delta);
    }

    [Fact]
    public async Task Request_content_of_a_rejected_call_is_not_touched()
    {
        using var rig = new HandlerRig();
        await rig.OpenAsync();
        using var content = new HandlerUntouchableContent();
        using var request = new HttpRequestMessage(HttpMethod.Post, HandlerRig.Url) { Content = content };
        using var client = new HttpClient(rig.Handler, disposeHandler: false);

        Assert.True((await client.SendAsync(request)).IsCircuitOpen());

        Assert.False(content.IsTouched);
    }

    [Fact]
    public async Task Call_that_opens_the_circuit_is_rejected_with_the_new_break_as_Retry_After()
    {
        using var rig = new HandlerRig(options => (options.SlowCallDuration, options.MinimumThroughput) = (TimeSpan.FromSeconds(1), 2))
        {
            Answer = HandlerAnswers.HangAsync,
        };
        _ = rig.SendAsync();
        _ = rig.SendAsync();
        rig.Time.Advance(TimeSpan.FromSeconds(2));

        using var response = await rig.SendAsync();

        Assert.True(response.IsCircuitOpen(out var rejection));
        Assert.Equal((CircuitState.Open, TimeSpan.FromSeconds(5)), (rejection.State, rejection.RetryAfter));
    }
}
