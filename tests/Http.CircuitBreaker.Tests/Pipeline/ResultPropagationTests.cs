using System.Net;
using Http.CircuitBreaker.Tests.Support;
using RichardSzalay.MockHttp;

namespace Http.CircuitBreaker.Tests.Pipeline;

public sealed class SurfacingTests
{
    private readonly IOException _fault = new("reset by peer");

    [Fact]
    public async Task The_response_of_the_host_comes_back_as_the_same_object()
    {
        using var expected = new HttpResponseMessage(HttpStatusCode.InternalServerError);
        using var host = new MockHttpMessageHandler();
        host.When("http://host/*").Respond(() => Task.FromResult(expected));
        using var rig = new HandlerRig(inner: host);

        Assert.Same(expected, await rig.SendAsync());
    }

    [Fact]
    public async Task An_exception_surfaces_as_the_same_object_with_the_frames_of_its_origin()
    {
        using var rig = new HandlerRig { Answer = ThrowLaterAsync };

        var exception = await Assert.ThrowsAsync<IOException>(() => rig.SendAsync());

        Assert.Same(_fault, exception);
        Assert.Contains(nameof(ThrowLaterAsync), exception.StackTrace, StringComparison.Ordinal);
        Assert.Equal((1, 0), (rig.Circuit.TotalFailed, rig.Circuit.InFlight));
    }

    [Fact]
    public async Task So_does_one_that_the_inner_handler_throws_before_it_returns_a_task()
    {
        using var rig = new HandlerRig { Answer = ThrowAtOnce };

        var exception = await Assert.ThrowsAsync<IOException>(() => rig.SendAsync());

        Assert.Same(_fault, exception);
        Assert.Contains(nameof(ThrowAtOnce), exception.StackTrace, StringComparison.Ordinal);
        Assert.Equal((1, 0), (rig.Circuit.TotalFailed, rig.Circuit.InFlight));
    }

    [Fact]
    public void So_does_one_of_a_synchronous_call()
    {
        using var rig = new HandlerRig { Answer = ThrowAtOnce };

        var exception = Assert.Throws<IOException>(() => rig.Send());

        Assert.Same(_fault, exception);
        Assert.Contains(nameof(ThrowAtOnce), exception.StackTrace, StringComparison.Ordinal);
        Assert.Equal((1, 0), (rig.Circuit.TotalFailed, rig.Circuit.InFlight));
    }

    [Fact]
    public async Task A_task_that_is_faulted_or_cancelled_already_is_settled_and_surfaces()
    {
        using var rig = new HandlerRig();
        rig.AnswerWith(_fault);
        Assert.Same(_fault, await Assert.ThrowsAsync<IOException>(() => rig.SendAsync()));

        rig.Answer = (_, _) => Task.FromCanceled<HttpResponseMessage>(new CancellationToken(canceled: true));
        await Assert.ThrowsAsync<TaskCanceledException>(() => rig.SendAsync());

        Assert.Equal((2, 0, "timeout"), (rig.Circuit.TotalFailed, rig.Circuit.InFlight, rig.Circuit.LastFailureReason));
    }

    [Fact]
    public async Task Through_an_HttpClient_the_callers_cancellation_carries_the_callers_token()
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
    public async Task A_handler_that_answers_null_gets_its_null_and_holds_no_place_in_the_circuit()
    {
        using var rig = new HandlerRig { Answer = (_, _) => Task.FromResult<HttpResponseMessage>(null!) };

        Assert.Null(await rig.SendAsync());
        Assert.Null(rig.Send());

        Assert.Equal((2, 0), (rig.Circuit.TotalIgnored, rig.Circuit.InFlight));
    }

    [Fact]
    public async Task A_handler_that_returns_no_task_at_all_holds_no_place_in_the_circuit()
    {
        using var rig = new HandlerRig { Answer = (_, _) => null! };

        await Assert.ThrowsAsync<NullReferenceException>(() => rig.SendAsync());

        Assert.Equal((1, 0), (rig.Circuit.TotalIgnored, rig.Circuit.InFlight));
    }

    private Task<HttpResponseMessage> ThrowAtOnce(HttpRequestMessage request, CancellationToken token) => throw _fault;

    private async Task<HttpResponseMessage> ThrowLaterAsync(HttpRequestMessage request, CancellationToken token)
    {
        await Task.Yield();
        throw _fault;
    }
}
