using System.Net;
using Http.CircuitBreaker.Tests.Support;

namespace Http.CircuitBreaker.Tests.Pipeline;

public sealed class CallTimeoutTests
{
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(2);

    [Fact]
    public async Task Call_without_response_headers_is_canceled_and_counts_as_a_timeout()
    {
        using var rig = new HandlerRig(options => options.CallTimeout = _limit) { Answer = HandlerAnswers.HangAsync };
        var sending = rig.SendAsync();

        rig.Time.Advance(_limit - TimeSpan.FromMilliseconds(1));
        Assert.False(sending.IsCompleted);
        Assert.Equal(1, rig.Circuit.InFlight);

        rig.Time.Advance(TimeSpan.FromMilliseconds(1));
        await Assert.ThrowsAsync<TaskCanceledException>(() => sending);
        Assert.Equal((1, 0, "timeout"), (rig.Circuit.TotalFailed, rig.Circuit.InFlight, rig.Circuit.LastFailureReason));
    }

    [Fact]
    public async Task Timeout_exception_looks_like_an_HttpClient_timeout()
    {
        using var rig = new HandlerRig(options => options.CallTimeout = _limit) { Answer = HandlerAnswers.HangAsync };
        var sending = rig.SendAsync();
        rig.Time.Advance(_limit);

        var exception = await Assert.ThrowsAsync<TaskCanceledException>(() => sending);

        var timeout = Assert.IsType<TimeoutException>(exception.InnerException);
        Assert.IsType<TaskCanceledException>(timeout.InnerException);
        Assert.Contains("CallTimeout of 2 seconds", exception.Message, StringComparison.Ordinal);
        Assert.True(exception.CancellationToken.IsCancellationRequested);
    }

    [Fact]
    public async Task Timeout_exception_from_HttpClient_has_an_inner_TimeoutException()
    {
        using var rig = new HandlerRig(options => options.CallTimeout = _limit) { Answer = HandlerAnswers.HangAsync };
        using var client = new HttpClient(rig.Handler, disposeHandler: false);
        var sending = client.GetAsync(HandlerRig.Url);
        rig.Time.Advance(_limit);

        var exception = await Assert.ThrowsAsync<TaskCanceledException>(() => sending);

        Assert.IsType<TimeoutException>(exception.InnerException);
    }

    [Fact]
    public async Task Cancellation_by_the_caller_is_ignored()
    {
        using var rig = new HandlerRig(options => options.CallTimeout = _limit) { Answer = HandlerAnswers.HangAsync };
        using var caller = new CancellationTokenSource();
        var sending = rig.SendAsync(token: caller.Token);
        rig.Time.Advance(TimeSpan.FromSeconds(1));

        await caller.CancelAsync();

        var exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
        Assert.Null(exception.InnerException);
        Assert.Equal((0, 1, 0), (rig.Circuit.TotalFailed, rig.Circuit.TotalIgnored, rig.Circuit.InFlight));
    }

    [Fact]
    public async Task Exception_before_the_timeout_is_rethrown_unchanged()
    {
        var fault = new HttpRequestException(HttpRequestError.ConnectionError);
        using var rig = new HandlerRig(options => options.CallTimeout = _limit);
        rig.AnswerWith(fault);

        Assert.Same(fault, await Assert.ThrowsAsync<HttpRequestException>(() => rig.SendAsync()));
        Assert.Equal("connection_error", rig.Circuit.LastFailureReason);
    }

    [Fact]
    public async Task CallTimeout_does_not_cancel_the_token_after_a_fast_call()
    {
        CancellationToken inner = default;
        using var rig = new HandlerRig(options => options.CallTimeout = _limit);
        rig.Answer = (_, token) =>
        {
            inner = token;
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK));
        };

        await rig.SendAsync();
        rig.Time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(1, rig.Circuit.TotalSucceeded);
        Assert.False(inner.IsCancellationRequested);
    }

    [Fact]
    public async Task Response_that_arrives_despite_the_timeout_is_returned_as_a_success()
    {
        using var rig = new HandlerRig(options => options.CallTimeout = _limit);
        var late = new TaskCompletionSource<HttpResponseMessage>();
        rig.Answer = (_, _) => late.Task;
        var sending = rig.SendAsync();
        rig.Time.Advance(_limit * 2);

        late.SetResult(new HttpResponseMessage(HttpStatusCode.OK));

        Assert.Equal(HttpStatusCode.OK, (await sending).StatusCode);
        Assert.Equal(1, rig.Circuit.TotalSucceeded);
    }

    [Fact]
    public async Task Synchronous_call_is_canceled_at_the_timeout()
    {
        using var rig = new HandlerRig(options => options.CallTimeout = _limit);
        var isInside = new TaskCompletionSource();
        rig.Answer = (request, token) =>
        {
            isInside.SetResult();
            return HandlerAnswers.HangAsync(request, token);
        };
        var sending = Task.Run(() => rig.Send());
        await isInside.Task;

        rig.Time.Advance(_limit);

        var exception = await Assert.ThrowsAsync<TaskCanceledException>(() => sending);
        Assert.IsType<TimeoutException>(exception.InnerException);
        Assert.Equal("timeout", rig.Circuit.LastFailureReason);
    }
}
