using System.Collections.Concurrent;
using System.Diagnostics;
using Http.CircuitBreaker.Tests.Support;

namespace Http.CircuitBreaker.Tests.Telemetry;

public sealed class RejectionActivityTests
{
    [Fact]
    public async Task Rejected_call_has_a_client_span_with_error_status()
    {
        using var rig = new RegistryRig(["c"]);
        await rig.OpenAsync("http://activity-of-a-rejection/");
        var stopped = new ConcurrentQueue<Activity>();
        using var listener = Listen(stopped, "activity-of-a-rejection");

        await rig.Client().PostAsync("http://user:secret@activity-of-a-rejection/secret?secret", null);

        var activity = Assert.Single(stopped);
        Assert.Equal(("POST", ActivityKind.Client, ActivityStatusCode.Error), (activity.DisplayName, activity.Kind, activity.Status));
        Assert.Equal(
            new Dictionary<string, object?>
            {
                ["error.type"] = "circuit_open",
                ["http.request.method"] = "POST",
                ["http_circuit_breaker.client"] = "c",
                ["http_circuit_breaker.state"] = "open",
                ["server.address"] = "activity-of-a-rejection",
                ["server.port"] = 80,
            }.OrderBy(tag => tag.Key, StringComparer.Ordinal),
            activity.TagObjects.OrderBy(tag => tag.Key, StringComparer.Ordinal));
    }

    [Fact]
    public async Task Rejection_span_is_a_child_of_the_callers_span()
    {
        using var rig = new HandlerRig();
        var url = "http://activity-of-a-caller/";
        rig.Handler.Circuits.Isolate(CircuitKey.FromUri("", new Uri(url)));
        var stopped = new ConcurrentQueue<Activity>();
        using var listener = Listen(stopped, "activity-of-a-caller");
        using var callers = new Activity("caller").Start();

        var rejected = rig.SendAsync(url);

        Assert.Same(callers, Activity.Current);
        Assert.True((await rejected).IsCircuitOpen());
        Assert.Same(callers, Activity.Current);
        Assert.Equal((ActivityStatusCode.Unset, 0), (callers.Status, callers.TagObjects.Count()));
        Assert.Equal(callers.SpanId, Assert.Single(stopped).ParentSpanId);
    }

    [Fact]
    public async Task Admitted_calls_have_no_rejection_span()
    {
        using var rig = new HandlerRig();
        var stopped = new ConcurrentQueue<Activity>();
        using var listener = Listen(stopped, "activity-of-a-call");

        await rig.SendAsync("http://activity-of-a-call/");

        Assert.Empty(stopped);
    }

    [Fact]
    public async Task Rejection_span_is_created_when_RejectionMode_is_Exception()
    {
        using var rig = new HandlerRig(options => options.RejectionMode = RejectionMode.Exception);
        var url = "http://activity-of-an-exception/";
        rig.Handler.Circuits.Isolate(CircuitKey.FromUri("", new Uri(url)));
        var stopped = new ConcurrentQueue<Activity>();
        using var listener = Listen(stopped, "activity-of-an-exception");

        await Assert.ThrowsAsync<CircuitOpenException>(() => rig.SendAsync(url));

        Assert.Equal("isolated", Assert.Single(stopped).GetTagItem("http_circuit_breaker.state"));
    }

    // The activity source is shared with tests that run in parallel, so each test uses its own host.
    private static ActivityListener Listen(ConcurrentQueue<Activity> stopped, string host)
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Http.CircuitBreaker",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity =>
            {
                if (activity.GetTagItem("server.address") as string == host)
                {
                    stopped.Enqueue(activity);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }
}
