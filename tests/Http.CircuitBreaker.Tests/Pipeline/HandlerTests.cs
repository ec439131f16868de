using System.Net;
using Http.CircuitBreaker.Tests.Support;

namespace Http.CircuitBreaker.Tests.Pipeline;

public sealed class HandlerTests
{
    [Fact]
    public void Synchronous_calls_open_the_circuit_and_are_rejected()
    {
        using var rig = new HandlerRig(options => options.ConsecutiveFailures = 3);
        using var client = new HttpClient(rig.Handler, disposeHandler: false);
        rig.AnswerWith(HttpStatusCode.InternalServerError);
        for (var i = 0; i < 3; i++)
        {
            Assert.False(Send(client).IsCircuitOpen());
        }

        using var rejected = Send(client);

        Assert.True(rejected.IsCircuitOpen());
        Assert.Equal(HttpStatusCode.ServiceUnavailable, rejected.StatusCode);
        Assert.Equal(3, rig.Inner.Calls);
    }

    [Fact]
    public async Task Synchronous_probe_closes_the_circuit()
    {
        using var rig = new HandlerRig();
        await rig.OpenAsync();
        rig.AnswerWith(HttpStatusCode.OK);
        rig.Time.Advance(rig.Options.BreakDuration);

        rig.Send();

        Assert.Equal(CircuitState.Closed, rig.Circuit.State);
    }

    [Fact]
    public async Task Call_with_a_canceled_token_throws_instead_of_being_rejected()
    {
        using var rig = new HandlerRig();
        await rig.OpenAsync();
        var rejected = rig.Circuit.Rejected;
        var canceled = new CancellationToken(canceled: true);

        var exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => rig.SendAsync(token: canceled));
        Assert.Equal(canceled, exception.CancellationToken);
        Assert.ThrowsAny<OperationCanceledException>(() => rig.Send(token: canceled));
        Assert.Equal(rejected, rig.Circuit.Rejected);
    }

    [Fact]
    public async Task Call_with_a_canceled_token_does_not_become_a_probe()
    {
        using var rig = new HandlerRig();
        await rig.OpenAsync();
        rig.Time.Advance(rig.Options.BreakDuration);
        var canceled = new CancellationToken(canceled: true);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => rig.SendAsync(token: canceled));
        Assert.ThrowsAny<OperationCanceledException>(() => rig.Send(token: canceled));

        Assert.Equal((CircuitState.Open, true), (rig.Circuit.State, rig.Circuit.ProbeDue));
        rig.AnswerWith(HttpStatusCode.OK);
        Assert.Equal(HttpStatusCode.OK, (await rig.SendAsync()).StatusCode);
    }

    [Fact]
    public async Task Canceled_probe_releases_its_slot()
    {
        using var rig = new HandlerRig();
        await rig.OpenAsync();
        rig.Time.Advance(rig.Options.BreakDuration);
        rig.Answer = HandlerAnswers.HangAsync;
        using var caller = new CancellationTokenSource();
        var probe = rig.SendAsync(token: caller.Token);
        Assert.True((await rig.SendAsync()).IsCircuitOpen());

        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => probe);

        Assert.Equal(CircuitState.HalfOpen, rig.Circuit.State);
        rig.AnswerWith(HttpStatusCode.OK);
        Assert.False((await rig.SendAsync()).IsCircuitOpen());
        Assert.Equal(CircuitState.Closed, rig.Circuit.State);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("/relative")]
    public async Task Request_without_an_absolute_URI_throws_an_explanatory_exception(string? url)
    {
        using var rig = new HandlerRig();

        var exception = await Assert.ThrowsAsync<InvalidOperationException>(() => rig.Invoker.SendAsync(Request(url), default));
        Assert.Contains("absolute request URI", exception.Message, StringComparison.Ordinal);
        Assert.Contains("BaseAddress", exception.Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => rig.Invoker.Send(Request(url), default));
        Assert.Equal(0, rig.Inner.Calls);
        Assert.Empty(rig.Handler.Circuits.GetSnapshots());
    }

    [Fact]
    public async Task Built_in_rules_classify_the_call_if_Classify_throws()
    {
        using var rig = new HandlerRig(options => options.Classify = _ => throw new InvalidOperationException("bug"));
        rig.AnswerWith(HttpStatusCode.InternalServerError);

        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(HttpStatusCode.InternalServerError, (await rig.SendAsync()).StatusCode);
        }

        Assert.Equal((CircuitState.Open, 10), (rig.Circuit.State, rig.Circuit.TotalFailed));
    }

    [Theory]
    [InlineData("45", 45)]
    [InlineData("3600", 60)]
    [InlineData("Fri, 01 Jan 1999 12:00:00 GMT", 5)]
    [InlineData("soon", 5)]
    [InlineData("99999999999999999999", 5)]
    public async Task Retry_After_of_the_opening_failure_extends_the_break_up_to_the_maximum(string retryAfter, int seconds)
    {
        using var rig = new HandlerRig(options => options.ConsecutiveFailures = 1);
        rig.Answer = (_, _) =>
        {
            var response = new HttpResponseMessage(HttpStatusCode.ServiceUnavailable);
            response.Headers.TryAddWithoutValidation("Retry-After", retryAfter);
            return Task.FromResult(response);
        };

        await rig.SendAsync();

        Assert.Equal(TimeSpan.FromSeconds(seconds), rig.Circuit.Until - rig.Circuit.Since);
    }

    [Theory]
    [InlineData(999, null)]
    [InlineData(1000, "slow")]
    public async Task Call_with_late_response_headers_counts_as_slow(int milliseconds, string? reason)
    {
        using var rig = new HandlerRig(options => options.SlowCallDuration = TimeSpan.FromSeconds(1));
        var headers = new TaskCompletionSource<HttpResponseMessage>();
        rig.Answer = (_, _) => headers.Task;
        var sending = rig.SendAsync();
        rig.Time.Advance(TimeSpan.FromMilliseconds(milliseconds));
        headers.SetResult(new HttpResponseMessage(HttpStatusCode.OK));
        await sending;

        Assert.Equal(reason, rig.Circuit.LastFailureReason);
    }

    private static HttpRequestMessage Request(string? url) =>
        new() { RequestUri = url is null ? null : new Uri(url, UriKind.Relative) };

    private static HttpResponseMessage Send(HttpClient client)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, HandlerRig.Url);
        return client.Send(request);
    }
}
