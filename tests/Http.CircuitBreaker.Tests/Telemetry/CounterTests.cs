using System.Net;
using Http.CircuitBreaker.Tests.Support;

namespace Http.CircuitBreaker.Tests.Telemetry;

public sealed class CounterTests
{
    private const string Url = "http://host/";

    [Fact]
    public async Task Failure_counter_counts_only_failures_by_host_and_reason()
    {
        using var rig = new RegistryRig(["c"]);
        using var failures = Start<long>(rig, "http_circuit_breaker.failures");
        await rig.GetAsync(Url);
        rig.AnswerWith(HttpStatusCode.BadGateway);
        await rig.GetAsync(Url);
        rig.Answer = (_, _) => throw new HttpRequestException(HttpRequestError.ConnectionError);
        await Assert.ThrowsAsync<HttpRequestException>(() => rig.GetAsync("https://other:8443/"));
        rig.Answer = (_, _) => throw new InvalidOperationException("not the host");
        await Assert.ThrowsAsync<InvalidOperationException>(() => rig.GetAsync(Url));

        Assert.Equal(
            [
                "error.type=502 client=c server.address=host server.port=80 = 1",
                "error.type=connection_error client=c server.address=other server.port=8443 = 1",
            ],
            failures.Lines());
    }

    [Fact]
    public async Task Failure_counter_of_a_named_circuit_contains_its_name()
    {
        using var rig = new RegistryRig(options => options.CircuitName = _ => "eu");
        using var failures = Start<long>(rig, "http_circuit_breaker.failures");
        rig.AnswerWith(HttpStatusCode.BadGateway);
        await rig.GetAsync(Url);

        Assert.Equal(["error.type=502 client=c name=eu = 1"], failures.Lines());
    }

    [Fact]
    public async Task Rejected_calls_are_counted_by_host()
    {
        using var rig = new RegistryRig(["c"]);
        using var rejections = Start<long>(rig, "http_circuit_breaker.rejections");
        await rig.OpenAsync(Url);
        await rig.GetAsync("http://other/");
        await rig.GetAsync(Url);
        rig.Registry.Isolate(RegistryRig.KeyOf("https://other:8443/"));
        await rig.GetAsync("https://other:8443/");

        Assert.Equal(
            ["client=c server.address=host server.port=80 = 1", "client=c server.address=other server.port=8443 = 1"],
            rejections.Lines());
    }

    [Fact]
    public async Task Rejections_beyond_400_hosts_of_a_client_are_counted_under_the_host_OTHER()
    {
        using var rig = new RegistryRig(["c", "d"]);
        using var rejections = Start<long>(rig, "http_circuit_breaker.rejections");
        for (var i = 0; i < 402; i++)
        {
            await RejectAsync(rig, "c", $"http://host{i}/");
        }

        await RejectAsync(rig, "c", "http://host399/");
        await RejectAsync(rig, "d", "http://host401/");

        Assert.Equal(
            [
                "client=c server.address=host399 server.port=80 = 1",
                "client=c server.address=_OTHER = 1",
                "client=c server.address=_OTHER = 1",
                "client=c server.address=host399 server.port=80 = 1",
                "client=d server.address=host401 server.port=80 = 1",
            ],
            rejections.Lines().Skip(399));
    }

    [Fact]
    public async Task Transitions_are_counted_by_host_old_and_new_state_and_reason()
    {
        using var rig = new RegistryRig(["c"]);
        using var transitions = Start<long>(rig, "http_circuit_breaker.transitions");
        await rig.OpenAsync(Url);
        rig.Time.Advance(TimeSpan.FromSeconds(5));
        await rig.GetAsync(Url);
        rig.Registry.Isolate(RegistryRig.KeyOf(Url));
        rig.Registry.Reset(RegistryRig.KeyOf(Url));

        Assert.Equal(
            [
                "client=c previous_state=closed reason=consecutive_failures state=open server.address=host server.port=80 = 1",
                "client=c previous_state=open reason=break_elapsed state=half_open server.address=host server.port=80 = 1",
                "client=c previous_state=half_open reason=probes_succeeded state=closed server.address=host server.port=80 = 1",
                "client=c previous_state=closed reason=isolated state=isolated server.address=host server.port=80 = 1",
                "client=c previous_state=isolated reason=reset state=closed server.address=host server.port=80 = 1",
            ],
            transitions.Lines());
    }

    [Fact]
    public async Task Open_duration_is_recorded_when_the_circuit_leaves_the_open_state()
    {
        using var rig = new RegistryRig(["c"]);
        using var durations = Start<double>(rig, "http_circuit_breaker.open.duration");
        await rig.OpenAsync(Url);
        Assert.Empty(durations.Lines());
        rig.Time.Advance(TimeSpan.FromSeconds(7.5));
        await rig.GetAsync(Url);
        await rig.OpenAsync("http://other/");
        rig.Time.Advance(TimeSpan.FromSeconds(2));
        rig.Registry.Reset(RegistryRig.KeyOf("http://other/"));

        Assert.Equal(
            ["client=c server.address=host server.port=80 = 7.5", "client=c server.address=other server.port=80 = 2"],
            durations.Lines());
    }

    [Theory]
    [InlineData(CircuitTransitionReason.FailureRatio, "failure_ratio")]
    [InlineData(CircuitTransitionReason.ConsecutiveFailures, "consecutive_failures")]
    [InlineData(CircuitTransitionReason.OverdueCalls, "overdue_calls")]
    [InlineData(CircuitTransitionReason.RetryAfter, "retry_after")]
    [InlineData(CircuitTransitionReason.BreakElapsed, "break_elapsed")]
    [InlineData(CircuitTransitionReason.ProbesSucceeded, "probes_succeeded")]
    [InlineData(CircuitTransitionReason.ProbesFailed, "probes_failed")]
    [InlineData(CircuitTransitionReason.ProbeTimeout, "probe_timeout")]
    [InlineData(CircuitTransitionReason.Isolated, "isolated")]
    [InlineData(CircuitTransitionReason.Reset, "reset")]
    [InlineData(CircuitTransitionReason.Remote, "remote")]
    [InlineData(CircuitTransitionReason.Recovered, "recovered")]
    [InlineData(CircuitTransitionReason.RecoveryFailed, "recovery_failed")]
    public void Transition_reasons_have_stable_names_in_metrics(CircuitTransitionReason reason, string name) =>
        Assert.Equal(name, Http.CircuitBreaker.Telemetry.TelemetryNames.Format(reason));

    [Fact]
    public void Transition_reason_names_are_unique() =>
        Assert.Distinct(Enum.GetValues<CircuitTransitionReason>().Select(Http.CircuitBreaker.Telemetry.TelemetryNames.Format));

    private static async Task RejectAsync(RegistryRig rig, string client, string url)
    {
        rig.Registry.Isolate(RegistryRig.KeyOf(url, client));
        await rig.Client(client).GetAsync(url);
    }

    private static Microsoft.Extensions.Diagnostics.Metrics.Testing.MetricCollector<T> Start<T>(RegistryRig rig, string instrument)
        where T : struct
    {
        _ = rig.Registry;
        return rig.Collect<T>(instrument);
    }
}
