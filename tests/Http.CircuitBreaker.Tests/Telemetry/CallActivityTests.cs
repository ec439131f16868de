using System.Diagnostics;
using System.Net;
using Http.CircuitBreaker.Tests.Content;
using Http.CircuitBreaker.Tests.Support;

namespace Http.CircuitBreaker.Tests.Telemetry;

/// <summary>The tags that a sent call adds to the caller's activity.</summary>
public sealed class CallActivityTests : IDisposable
{
    private readonly HandlerRig _rig = new();
    private readonly ActivitySource _source = new("Callers");
    private readonly ActivityListener _listener;
    private ActivitySamplingResult _sampling = ActivitySamplingResult.AllData;

    public CallActivityTests()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source == _source,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => _sampling,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Activity_is_tagged_with_the_circuit_state_and_the_outcome_of_the_response(bool isAsync)
    {
        Assert.Equal(("closed", "success"), await TagsOfCallAsync(isAsync));

        _rig.AnswerWith(HttpStatusCode.BadGateway);
        Assert.Equal(("closed", "failure"), await TagsOfCallAsync(isAsync));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Activity_is_tagged_as_failure_or_ignored_after_an_exception(bool isAsync)
    {
        _rig.AnswerWith(new HttpRequestException(HttpRequestError.ConnectionError));
        Assert.Equal(("closed", "failure"), await TagsOfCallAsync(isAsync));

        _rig.AnswerWith(new InvalidOperationException("not the host"));
        Assert.Equal(("closed", "ignored"), await TagsOfCallAsync(isAsync));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Activity_of_a_probe_is_tagged_as_half_open_even_if_it_closes_the_circuit(bool isAsync)
    {
        using var rig = new HandlerRig(options => options.HalfOpenProbes = 1);
        await rig.OpenAsync();
        rig.Time.Advance(TimeSpan.FromSeconds(5));
        rig.AnswerWith(HttpStatusCode.OK);

        Assert.Equal(("half_open", "success"), await TagsOfCallAsync(isAsync, rig));
        Assert.Equal(CircuitState.Closed, rig.Circuit.State);
    }

    [Fact]
    public async Task Activity_of_a_call_that_only_Observe_mode_lets_through_has_the_tag_of_an_open_circuit()
    {
        using var rig = new HandlerRig(options => options.Mode = CircuitBreakerMode.Observe);
        await rig.OpenAsync();

        Assert.Equal(("open", "failure"), await TagsOfCallAsync(isAsync: true, rig));
    }

    [Fact]
    public async Task Tags_of_a_late_response_are_set_on_the_activity_of_its_caller()
    {
        var host = new TaskCompletionSource<HttpResponseMessage>();
        _rig.Answer = (_, _) => host.Task;
        using var caller = _source.StartActivity("caller")!;
        var call = _rig.SendAsync();
        using (var other = _source.StartActivity("other")!)
        {
            host.SetResult(new HttpResponseMessage(HttpStatusCode.ServiceUnavailable));
            await call;

            Assert.Empty(other.TagObjects);
        }

        Assert.Equal(("closed", "failure"), Tags(caller));
    }

    [Fact]
    public async Task Body_that_breaks_changes_the_outcome_tag_to_failure()
    {
        _rig.Answer = (_, _) => Task.FromResult(new HttpResponseMessage { Content = new ScriptedContent(new byte[10], new IOException("reset")) });
        using var caller = _source.StartActivity("caller")!;
        using var response = await _rig.SendAsync();
        Assert.Equal(("closed", "success"), Tags(caller));

        await Assert.ThrowsAsync<HttpRequestException>(() => response.Content.ReadAsByteArrayAsync());

        Assert.Equal(("closed", "failure"), Tags(caller));
    }

    [Fact]
    public async Task Later_success_does_not_hide_a_failure_in_the_same_activity()
    {
        using var caller = _source.StartActivity("caller")!;
        await _rig.SendAsync();
        _rig.AnswerWith(HttpStatusCode.BadGateway);
        await _rig.SendAsync();
        _rig.AnswerWith(HttpStatusCode.OK);
        await _rig.SendAsync();

        Assert.Equal(("closed", "failure"), Tags(caller));
    }

    [Fact]
    public async Task Rejected_and_bypassed_calls_add_no_tags_to_the_activity_of_their_caller()
    {
        using var caller = _source.StartActivity("caller")!;
        _rig.Handler.Circuits.Isolate(HandlerRig.Key);
        Assert.True((await _rig.SendAsync()).IsCircuitOpen());
        await _rig.Invoker.SendAsync(new HttpRequestMessage(HttpMethod.Get, HandlerRig.Url).BypassCircuitBreaker(), default);

        Assert.Empty(caller.TagObjects);
    }

    [Fact]
    public async Task Activity_that_is_only_propagated_is_not_tagged()
    {
        _sampling = ActivitySamplingResult.PropagationData;
        using var caller = _source.StartActivity("caller")!;
        await _rig.SendAsync();

        Assert.Empty(caller.TagObjects);
    }

    public void Dispose()
    {
        _listener.Dispose();
        _source.Dispose();
        _rig.Dispose();
    }

    private static (object?, object?) Tags(Activity activity)
    {
        Assert.Equal("", activity.GetTagItem("http_circuit_breaker.client"));
        Assert.Equal(3, activity.TagObjects.Count());
        return (activity.GetTagItem("http_circuit_breaker.state"), activity.GetTagItem("http_circuit_breaker.outcome"));
    }

    private async Task<(object?, object?)> TagsOfCallAsync(bool isAsync, HandlerRig? rig = null)
    {
        rig ??= _rig;
        using var caller = _source.StartActivity("caller")!;
        try
        {
            using var response = isAsync ? await rig.SendAsync() : rig.Send();
        }
        catch (Exception exception) when (exception is HttpRequestException or InvalidOperationException)
        {
            // The tags are the subject, not the exception.
        }

        return Tags(caller);
    }
}
