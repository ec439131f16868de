using System.Net;
using Http.CircuitBreaker.Tests.Support;
using RichardSzalay.MockHttp;

namespace Http.CircuitBreaker.Tests.Pipeline;

public sealed class ResultPropagationTests
{
    private readonly IOException _fault = new("reset by peer");

    [Fact]
    public async Task The_same_response_object_is_returned()
    {
        using var expected = new HttpResponseMessage(HttpStatusCode.InternalServerError);
        using var host = new MockHttpMessageHandler();
        host.When("http://host/*").Respond(() => Task.FromResult(expected));
        using var rig = new HandlerRig(inner: host);

        Assert.Same(expected, await rig.SendAsync());
    }

    [Fact]
    public async Task The_same_exception_is_thrown_with_its_original_stack_trace()
    {
        using var rig = new HandlerRig { Answer = ThrowLaterAsync };

        var exception = await Assert.ThrowsAsync<IOException>(() => rig.SendAsync());

        Assert.Same(_fault, exception);
        Assert.Contains(nameof(ThrowLaterAsync), exception.StackTrace, StringComparison.Ordinal);
        Assert.Equal((1, 0), (rig.Circuit.TotalFailed, rig.Circuit.InFlight));
    }

    [Fact]
    public async Task The_same_exception_is_thrown_if_the_inner_handler_throws_synchronously()
    {
        using var rig = new HandlerRig { Answer = ThrowSynchronously };

        var exception = await Assert.ThrowsAsync<IOException>(() => rig.SendAsync());

        Assert.Same(_fault, exception);
        Assert.Contains(nameof(ThrowSynchronously), exception.StackTrace, StringComparison.Ordinal);
        Assert.Equal((1, 0), (rig.Circuit.TotalFailed, rig.Circuit.InFlight));
    }

    [Fact]
    public void Synchronous_calls_throw_the_same_exception()
    {
        using var rig = new HandlerRig { Answer = ThrowSynchronously };

        var exception = Assert.Throws<IOException>(() => rig.Send());

        Assert.Same(_fault, exception);
        Assert.Contains(nameof(ThrowSynchronously), exception.StackTrace, StringComparison.Ordinal);
        Assert.Equal((1, 0), (rig.Circuit.TotalFailed, rig.Circuit.InFlight));
    }

    [Fact]
    public async Task Exception_from_a_completed_task_is_counted_and_rethrown()
    {
        using var rig = new HandlerRig();
        rig.AnswerWith(_fault);
        Assert.Same(_fault, await Assert.ThrowsAsync<IOException>(() => rig.SendAsync()));

        rig.Answer = (_, _) => Task.FromCanceled<HttpResponseMessage>(new CancellationToken(canceled: true));
        await Assert.ThrowsAsync<TaskCanceledException>(() => rig.SendAsync());

        Assert.Equal((2, 0, "timeout"), (rig.Circuit.TotalFailed, rig.Circuit.InFlight, rig.Circuit.LastFailureReason));
    }

    [Fact]
    public async Task Cancellation_through_HttpClient_carries_the_callers_token()
    {
        using var rig = new HandlerRig { Answer = HandlerAnswers.HangAsync };
        using var client = new HttpClient(rig.Handler, disposeHandler: false);
        using var caller = new CancellationTokenSource();
        var sending = client.GetAsync(HandlerRig.Url, caller.Token);

        await caller.CancelAsync();

        var exception = await Assert.ThrowsAsync<TaskCanceledException>(() => sending);
        Assert.Equal(caller.Token, exception.CancellationToken);
        Assert.Equal((0, 1), (rig.Circuit.TotalFailed, rig.Circuit.TotalIgnored));
    }

    [Fact]
    public async Task Null_response_is_returned_and_its_call_is_not_left_in_flight()
    {
        using var rig = new HandlerRig { Answer = (_, _) => Task.FromResult<HttpResponseMessage>(null!) };

        Assert.Null(await rig.SendAsync());
        Assert.Null(rig.Send());

        Assert.Equal((2, 0), (rig.Circuit.TotalIgnored, rig.Circuit.InFlight));
    }

    [Fact]
    public async Task Null_task_throws_and_its_call_is_not_left_in_flight()
    {
        using var rig = new HandlerRig { Answer = (_, _) => null! };

        await Assert.ThrowsAsync<NullReferenceException>(() => rig.SendAsync());

        Assert.Equal((1, 0), (rig.Circuit.TotalIgnored, rig.Circuit.InFlight));
    }

    private Task<HttpResponseMessage> ThrowSynchronously(HttpRequestMessage request, CancellationToken token) => throw _fault;

    private async Task<HttpResponseMessage> ThrowLaterAsync(HttpRequestMessage request, CancellationToken token)
    {
        await Task.Yield();
        throw _fault;
    }
}
