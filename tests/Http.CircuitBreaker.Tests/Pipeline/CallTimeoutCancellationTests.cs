using Http.CircuitBreaker.Tests.Support;

namespace Http.CircuitBreaker.Tests.Pipeline;

/// <summary>With <c>CallTimeout</c>, a cancellation by the caller surfaces as it does without a circuit breaker.</summary>
public sealed class CallTimeoutCancellationTests
{
    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task Exception_of_a_canceled_call_is_the_same_as_without_CallTimeout(bool isThroughClient, bool isSynchronous)
    {
        var expected = await CancelAsync(isThroughClient, isSynchronous, hasCallTimeout: false);

        Assert.Equal((typeof(TaskCanceledException), true, isThroughClient ? typeof(TaskCanceledException) : null), expected);
        Assert.Equal(expected, await CancelAsync(isThroughClient, isSynchronous, hasCallTimeout: true));
    }

    [Fact]
    public async Task Canceled_call_keeps_its_exception_type_message_cause_and_stack()
    {
        using var rig = Rig(hasCallTimeout: true);
        using var caller = new CancellationTokenSource();
        var cause = new IOException("aborted");
        rig.Answer = async (_, token) =>
        {
            await caller.CancelAsync();
            throw new OperationCanceledException("left", cause, token);
        };

        var exception = await Assert.ThrowsAsync<OperationCanceledException>(() => rig.SendAsync(token: caller.Token));

        Assert.Equal(("left", cause, caller.Token), (exception.Message, exception.InnerException, exception.CancellationToken));
        Assert.Contains(nameof(Canceled_call_keeps_its_exception_type_message_cause_and_stack), exception.StackTrace!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancellation_exception_with_a_token_of_another_handler_is_rethrown_unchanged()
    {
        using var rig = Rig(hasCallTimeout: true);
        using var caller = new CancellationTokenSource();
        var original = new OperationCanceledException("a handler's own limit", new CancellationToken(canceled: true));
        rig.Answer = async (_, _) =>
        {
            await caller.CancelAsync();
            throw original;
        };

        Assert.Same(original, await Assert.ThrowsAsync<OperationCanceledException>(() => rig.SendAsync(token: caller.Token)));
    }

    private static async Task<(Type Exception, bool HasTokenOfCaller, Type? Inner)> CancelAsync(
        bool isThroughClient, bool isSynchronous, bool hasCallTimeout)
    {
        using var rig = Rig(hasCallTimeout);
        var isInside = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        rig.Answer = (request, token) =>
        {
            isInside.SetResult();
            return HandlerAnswers.HangAsync(request, token);
        };
        using var client = new HttpClient(rig.Handler, disposeHandler: false);
        using var request = new HttpRequestMessage(HttpMethod.Get, HandlerRig.Url);
        var invoker = isThroughClient ? client : rig.Invoker;
        using var caller = new CancellationTokenSource();
        var sending = Task.Run(() => isSynchronous
            ? Task.FromResult(invoker.Send(request, caller.Token))
            : invoker.SendAsync(request, caller.Token));
        await isInside.Task;
        await caller.CancelAsync();
        var exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
        return (exception.GetType(), exception.CancellationToken == caller.Token, exception.InnerException?.GetType());
    }

    private static HandlerRig Rig(bool hasCallTimeout) =>
        new(options => options.CallTimeout = hasCallTimeout ? TimeSpan.FromSeconds(2) : null);
}
