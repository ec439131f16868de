using System.Diagnostics;
using Http.CircuitBreaker.Telemetry;
using Http.CircuitBreaker.Tests.Support;
using Xunit.Abstractions;

namespace Http.CircuitBreaker.Tests.Pipeline;

[Collection(HandlerAlone.Name)]
public sealed class AllocationTests(ITestOutputHelper output)
{
    private const int Calls = 10_000;

    [Theory]
    [InlineData("defaults")]
    [InlineData("all criteria")]
    [InlineData("second host")]
    [InlineData("second host in a wider scope")]
    [InlineData("named circuit")]
    [InlineData("path segments")]
    [InlineData("header")]
    [InlineData("refused name")]
    [InlineData("observe mode")]
    public async Task Synchronously_completed_call_allocates_nothing(string setup)
    {
        using var rig = new HandlerRig(options => Configure(options, setup), new HandlerFixed());
        using var first = new HttpRequestMessage(HttpMethod.Get, "http://first/v1/chat/completions");
        using var request = setup.StartsWith("second host", StringComparison.Ordinal) ? new HttpRequestMessage(HttpMethod.Get, "http://second/") : first;
        first.Headers.Add("X-Tenant", "eu");
        await rig.Invoker.SendAsync(first, default);

        var bytes = await HandlerBytes.PerCallAsync(Calls, () => AssertCompleted(rig.Invoker.SendAsync(request, default)));

        output.WriteLine($"{setup}: {bytes} B per call");
        Assert.Equal(0, bytes);
    }

    [Fact]
    public async Task Synchronous_call_allocates_nothing()
    {
        using var rig = new HandlerRig(inner: new HandlerFixed());
        using var request = new HttpRequestMessage(HttpMethod.Get, HandlerRig.Url);

        var bytes = await HandlerBytes.PerCallAsync(Calls, () => rig.Invoker.Send(request, default));

        Assert.Equal(0, bytes);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Activity_without_a_listener_causes_no_allocation(bool isAllDataRequested)
    {
        using var rig = new HandlerRig(inner: new HandlerFixed());
        using var request = new HttpRequestMessage(HttpMethod.Get, HandlerRig.Url);
        using var activity = new Activity("request") { IsAllDataRequested = isAllDataRequested }.Start();

        var bytes = await HandlerBytes.PerCallAsync(Calls, () =>
        {
            Activity.Current = activity;
            AssertCompleted(rig.Invoker.SendAsync(request, default));
        });

        Assert.Equal(0, bytes);
        Assert.Empty(activity.TagObjects);
    }

    [Fact]
    public async Task Asynchronous_call_allocates_at_most_64_bytes_more_than_an_empty_handler()
    {
        var (plain, breaker) = (new HandlerPlain(), new HandlerRig());
        var plainBytes = await PerCallAsync(plain, plain);
        var breakerBytes = await PerCallAsync(breaker.Handler, breaker.Handler);

        // Both handlers allocate one state machine and the task of the host. The breaker's state machine is larger because it contains the
        // permit and the upload, and in debug builds more locals.
        output.WriteLine($"empty handler {plainBytes} B, circuit breaker {breakerBytes} B, difference {breakerBytes - plainBytes} B");
        Assert.InRange(breakerBytes - plainBytes, 0, 64);
        breaker.Dispose();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    public async Task Naming_the_circuit_by_the_path_of_a_new_URI_allocates_nothing(int maxNames)
    {
        using var named = new HandlerRig(options => (options.PathSegments, options.MaxCircuitNames) = (2, maxNames), new HandlerFixed());
        using var plain = new HandlerRig(inner: new HandlerFixed());

        var plainBytes = await HandlerBytes.PerCallAsync(Calls, () => plain.Invoker.Send(NewCall(), default));
        var namedBytes = await HandlerBytes.PerCallAsync(Calls, () => named.Invoker.Send(NewCall(), default));

        output.WriteLine($"plain {plainBytes} B, named {namedBytes} B");
        Assert.Equal(plainBytes, namedBytes);
    }

    [Fact]
    public async Task Telemetry_without_listeners_allocates_nothing()
    {
        using var metrics = new CircuitMetrics(() => null);
        var telemetry = new CircuitTelemetry(() => null, metrics);
        telemetry.PublishMetrics();
        using var request = new HttpRequestMessage(HttpMethod.Get, HandlerRig.Url);
        var circuit = new CircuitHarness().Circuit;
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
            telemetry.OnRejection(request, rejection, circuit, 0);
            telemetry.OnStateChange(change, CircuitScenario.Defaults);
        });

        Assert.Equal(0, bytes);
    }

    [Fact]
    public async Task Checking_for_a_bypass_allocates_only_the_request_options()
    {
        using var rig = new HandlerRig(inner: new HandlerFixed());
        using var plain = new HttpMessageInvoker(new HandlerFixed());
        using var optingOut = new HttpRequestMessage().BypassCircuitBreaker();

        var plainBytes = await HandlerBytes.PerCallAsync(Calls, () => plain.Send(NewRequest(), default));
        var breakerBytes = await HandlerBytes.PerCallAsync(Calls, () => rig.Invoker.Send(NewRequest(), default));

        // Reading an option allocates HttpRequestOptions and its dictionary. It is read only after a request of this process has opted
        // out.
        output.WriteLine($"request alone {plainBytes} B, with circuit breaker {breakerBytes} B, difference {breakerBytes - plainBytes} B");
        Assert.InRange(breakerBytes - plainBytes, 0, 104);
    }

    private static HttpRequestMessage NewCall() => new(HttpMethod.Get, new Uri("http://host/v1/chat/completions?stream=true"));

    // Read the host, as every primary handler does.
    private static HttpRequestMessage NewRequest()
    {
        var request = new HttpRequestMessage(HttpMethod.Get, HandlerRig.Url);
        Assert.Equal("host", request.RequestUri!.IdnHost);
        return request;
    }

    private static void Configure(CircuitBreakerOptions options, string setup)
    {
        switch (setup)
        {
            case "all criteria":
                options.SlowCallDuration = TimeSpan.FromSeconds(1);
                options.Classify = _ => null;
                break;
            case "second host in a wider scope":
                options.Scope = CircuitScope.Host;
                break;
            case "named circuit":
                options.CircuitName = _ => "name";
                break;
            case "path segments":
                options.PathSegments = 2;
                break;
            case "header":
                options.CircuitNameHeader = "X-Tenant";
                break;
            case "refused name":
                (options.PathSegments, options.MaxCircuitNames) = (2, 0);
                break;
            case "observe mode":
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
            Assert.Fail("The call has not completed.");
        }
    }
}
