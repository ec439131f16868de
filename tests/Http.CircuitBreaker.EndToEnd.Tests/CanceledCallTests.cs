using Http.CircuitBreaker.Faults;

namespace Http.CircuitBreaker.EndToEnd.Tests;

/// <summary>A cancellation by the caller surfaces over real sockets as it does without a circuit breaker.</summary>
public sealed class CanceledCallTests
{
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Exception_of_a_canceled_call_carries_the_callers_token_if_CallTimeout_is_set(bool isSynchronous)
    {
        await using var site = new RawSite(Behaviours.AnswerAndHang(""));
        using var breaker = new CircuitBreakerHandler(new CircuitBreakerOptions { CallTimeout = _limit }) { InnerHandler = new SocketsHttpHandler() };
        using var invoker = new HttpMessageInvoker(breaker);
        using var request = new HttpRequestMessage(HttpMethod.Get, site.Address);
        using var caller = new CancellationTokenSource();
        var sending = Task.Run(() => isSynchronous
            ? Task.FromResult(invoker.Send(request, caller.Token))
            : invoker.SendAsync(request, caller.Token));
        Assert.True(SpinWait.SpinUntil(() => site.Arrivals > 0, _limit));

        await caller.CancelAsync();

        var exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending.WaitAsync(_limit));
        Assert.Equal(caller.Token, exception.CancellationToken);
    }
}
