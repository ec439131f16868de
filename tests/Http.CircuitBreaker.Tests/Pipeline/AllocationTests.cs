using Http.CircuitBreaker.Tests.Support;
using Xunit.Abstractions;

namespace Http.CircuitBreaker.Tests.Pipeline;

[Collection(HandlerAlone.Name)]
public sealed class AllocationTests(ITestOutputHelper output)
{
    private const int Calls = 10_000;

    [Theory]
    [InlineData("defaults")]
    [InlineData("everything judged")]
    [InlineData("second host")]
    [InlineData("second host in a wider scope")]
    [InlineData("named circuit")]
    [InlineData("observing")]
    public async Task A_call_through_a_closed_circuit_that_completes_at_once_allocates_nothing(string what)
    {
        using var rig = new HandlerRig(options => Configure(options, what), new HandlerFixed());
        using var first = new HttpRequestMessage(HttpMethod.Get, "http://first/");
        using var request = what.StartsWith("second host", StringComparison.Ordinal) ? new HttpRequestMessage(HttpMethod.Get, "http://second/") : first;
        await rig.Invoker.SendAsync(first, default);

        var bytes = await HandlerBytes.PerCallAsync(Calls, () => AssertCompleted(rig.Invoker.SendAsync(request, default)));

        output.WriteLine($"{what}: {bytes} B a call");
        Assert.Equal(0, bytes);
    }

    [Fact]
    public async Task A_synchronous_call_allocates_nothing_either()
    {
        using var rig = new HandlerRig(inner: new HandlerFixed());
        using var request = new HttpRequestMessage(HttpMethod.Get, HandlerRig.Url);

        var bytes = await HandlerBytes.PerCallAsync(Calls, () => rig.Invoker.Send(request, default));

        Assert.Equal(0, bytes);
    }

    [Fact]
    public async Task A_call_that_completes_later_costs_an_empty_asynchronous_handler_and_at_most_48_bytes()
    {
        var (plain, breaker) = (new HandlerPlain(), new HandlerRig());
        var ofPlain = await PerCallAsync(plain, plain);
        var ofBreaker = await PerCallAsync(breaker.Handler, breaker.Handler);

        // Both allocate one state machine and the task of the host; ours is larger by the permit. Without optimization it also holds what the
        // compiler does not optimize away, and still keeps to the limit.
        output.WriteLine($"empty handler {ofPlain} B, circuit breaker {ofBreaker} B, difference {ofBreaker - ofPlain} B");
        Assert.InRange(ofBreaker - ofPlain, 0, 48);
        breaker.Dispose();
    }

    [Fact]
    public async Task Telemetry_of_failures_changes_and_rejections_allocates_nothing_where_nobody_listens()
    {
        using var telemetry = new Http.CircuitBreaker.Telemetry.CircuitTelemetry(null, null);
        using var request = new HttpRequestMessage(HttpMethod.Get, HandlerRig.Url);
        var rejection = new CircuitRejection(HandlerRig.Key, CircuitState.Open, null, null);
        var change = new CircuitStateChange
        {
            Key = HandlerRig.Key,
            PreviousState = CircuitState.Open,
            State = CircuitState.HalfOpen,
            Reason = CircuitTransitionReason.BreakElapsed,
            Epoch = 1,
            PreviousDuration = TimeSpan.Zero,
        };

        var bytes = await HandlerBytes.PerCallAsync(Calls, () =>
        {
            telemetry.OnFailure(HandlerRig.Key, "500");
            telemetry.OnRejection(request, rejection);
            telemetry.OnStateChange(change);
        });

        Assert.Equal(0, bytes);
    }

    [Fact]
    public async Task A_request_of_its_own_costs_its_options_at_most_and_those_only_since_some_request_of_the_process_has_opted_out()
    {
        using var rig = new HandlerRig(inner: new HandlerFixed());
        using var plain = new HttpMessageInvoker(new HandlerFixed());
        using var optingOut = new HttpRequestMessage().BypassCircuitBreaker();

        var ofPlain = await HandlerBytes.PerCallAsync(Calls, () => plain.Send(NewRequest(), default));
        var ofBreaker = await HandlerBytes.PerCallAsync(Calls, () => rig.Invoker.Send(NewRequest(), default));

        // HttpRequestOptions and its empty dictionary: .NET has no way to ask a request for an option without making them.
        output.WriteLine($"request alone {ofPlain} B, with circuit breaker {ofBreaker} B, difference {ofBreaker - ofPlain} B");
        Assert.InRange(ofBreaker - ofPlain, 0, 104);
    }

    // The host is read in the end by every handler that sends.
    private static HttpRequestMessage NewRequest()
    {
        var request = new HttpRequestMessage(HttpMethod.Get, HandlerRig.Url);
        Assert.Equal("host", request.RequestUri!.IdnHost);
        return request;
    }

    private static void Configure(CircuitBreakerOptions options, string what)
    {
        switch (what)
        {
            case "everything judged":
                options.SlowCallDuration = TimeSpan.FromSeconds(1);
                options.Classify = _ => null;
                break;
            case "second host in a wider scope":
                options.Scope = CircuitScope.Host;
                break;
            case "named circuit":
                options.CircuitName = _ => "name";
                break;
            case "observing":
                options.Mode = CircuitBreakerMode.Observe;
                break;
        }
    }

    private static async Task<double> PerCallAsync(DelegatingHandler outermost, DelegatingHandler innermost)
    {
        var host = new HandlerFixed();
        innermost.InnerHandler = host;
        using var invoker = new HttpMessageInvoker(outermost, disposeHandler: false);
        using var request = new HttpRequestMessage(HttpMethod.Get, HandlerRig.Url);
        using var response = new HttpResponseMessage();
        return await HandlerBytes.PerCallAsync(Calls, () =>
        {
            var headers = new TaskCompletionSource<HttpResponseMessage>();
            host.Answer = headers.Task;
            var sending = invoker.SendAsync(request, default);
            headers.SetResult(response);
            AssertCompleted(sending);
        });
    }

    private static void AssertCompleted(Task<HttpResponseMessage> sending)
    {
        if (!sending.IsCompletedSuccessfully)
        {
            Assert.Fail("The call should be over.");
        }
    }
}
