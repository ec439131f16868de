using System.Net;
using Http.CircuitBreaker.Tests.Content;
using Http.CircuitBreaker.Tests.Support;

namespace Http.CircuitBreaker.Tests.Telemetry;

public sealed class ObservableInstrumentTests
{
    private const string Url = "http://host/";

    [Fact]
    public async Task Request_metric_is_reported_by_outcome()
    {
        using var rig = new RegistryRig(["c", "d"]);
        await rig.GetAsync(Url);
        await rig.GetAsync(Url);
        await rig.OpenAsync(Url);
        await rig.GetAsync(Url);
        rig.Answer = (_, _) => throw new InvalidOperationException("not the host");
        await Assert.ThrowsAsync<InvalidOperationException>(() => rig.GetAsync("http://other/"));
        rig.AnswerWith(HttpStatusCode.OK);
        for (var i = 0; i < 3; i++)
        {
            await rig.Client().SendAsync(new HttpRequestMessage(HttpMethod.Get, Url).BypassCircuitBreaker());
        }

        await rig.Client("d").GetAsync(Url);
        using var requests = rig.Collect<long>("http_circuit_breaker.requests");

        var lines = requests.Observe();
        Assert.Equal(
            [
                "client=c outcome=success = 2",
                "client=c outcome=failure = 8",
                "client=c outcome=ignored = 1",
                "client=c outcome=rejected = 1",
                "client=c outcome=bypassed = 3",
            ],
            lines.Where(line => line.StartsWith("client=c", StringComparison.Ordinal)));
        Assert.Contains("client=d outcome=success = 1", lines);
        Assert.Equal(10, lines.Count);
    }

    [Fact]
    public async Task Failed_body_adds_a_failure_and_does_not_decrease_successes()
    {
        using var rig = new RegistryRig(["c"]);
        using var requests = rig.Collect<long>("http_circuit_breaker.requests");
        rig.Answer = (_, _) => Task.FromResult(new HttpResponseMessage { Content = new ScriptedContent(new byte[10], new IOException("reset")) });
        using var broken = await rig.GetAsync(Url);
        Assert.Equal(["client=c outcome=success = 1", "client=c outcome=failure = 0"], requests.Observe().Take(2));

        await Assert.ThrowsAsync<HttpRequestException>(() => broken.Content.ReadAsByteArrayAsync());
        Assert.Equal(["client=c outcome=success = 1", "client=c outcome=failure = 1"], requests.Observe().Take(2));

        rig.AnswerWith(HttpStatusCode.OK);
        await rig.GetAsync(Url);
        Assert.Equal(["client=c outcome=success = 1", "client=c outcome=failure = 1"], requests.Observe().Take(2));

        await rig.GetAsync(Url);
        Assert.Equal(["client=c outcome=success = 2", "client=c outcome=failure = 1"], requests.Observe().Take(2));
    }

    [Fact]
    public async Task Totals_include_requests_of_evicted_circuits()
    {
        using var rig = new RegistryRig(options => options.MaxCircuits = 1);
        await rig.GetAsync("http://one/");
        await rig.GetAsync("http://two/");
        await rig.GetAsync("http://three/");
        using var requests = rig.Collect<long>("http_circuit_breaker.requests");
        using var circuits = rig.Collect<long>("http_circuit_breaker.circuits");

        Assert.Contains("client=c outcome=success = 3", requests.Observe());
        Assert.Contains("client=c state=closed = 1", circuits.Observe());
    }

    [Fact]
    public async Task Requests_count_as_bypassed_if_the_registry_is_full_or_the_breaker_is_disabled()
    {
        using var full = new RegistryRig(options => options.MaxCircuits = 1);
        full.Registry.Isolate(RegistryRig.KeyOf(Url));
        await full.GetAsync("http://other/");
        using var disabled = new RegistryRig(options => options.Mode = CircuitBreakerMode.Disabled);
        await disabled.GetAsync(Url);

        foreach (var rig in (RegistryRig[])[full, disabled])
        {
            using var requests = rig.Collect<long>("http_circuit_breaker.requests");
            Assert.Contains("client=c outcome=bypassed = 1", requests.Observe());
        }
    }

    [Fact]
    public async Task Number_of_circuits_is_reported_for_every_state_even_if_zero()
    {
        using var rig = new RegistryRig(["c"]);
        await rig.GetAsync("http://a/");
        await rig.GetAsync("http://b/");
        await rig.OpenAsync(Url);
        using var circuits = rig.Collect<long>("http_circuit_breaker.circuits");
        Assert.Equal(
            ["client=c state=closed = 2", "client=c state=open = 1", "client=c state=half_open = 0", "client=c state=isolated = 0"],
            circuits.Observe());

        rig.Time.Advance(TimeSpan.FromSeconds(5));
        rig.Answer = HandlerAnswers.HangAsync;
        _ = rig.GetAsync(Url);
        rig.Registry.Isolate(RegistryRig.KeyOf("http://a/"));
        Assert.Equal(
            ["client=c state=closed = 1", "client=c state=open = 0", "client=c state=half_open = 1", "client=c state=isolated = 1"],
            circuits.Observe());
    }

    [Fact]
    public async Task State_and_failure_ratio_metrics_are_reported_only_for_circuits_that_are_not_closed()
    {
        using var rig = new RegistryRig(["c"]);
        await rig.GetAsync("http://healthy/");
        using var state = rig.Collect<long>("http_circuit_breaker.state");
        using var ratio = rig.Collect<double>("http_circuit_breaker.failure.ratio");
        Assert.Empty(state.Observe());
        Assert.Empty(ratio.Observe());

        await rig.OpenAsync(Url);
        const string Host = "server.address=host server.port=80";
        Assert.Equal(
            [$"client=c state=closed {Host} = 0", $"client=c state=open {Host} = 1", $"client=c state=half_open {Host} = 0", $"client=c state=isolated {Host} = 0"],
            state.Observe());
        Assert.Equal([$"client=c {Host} = 1"], ratio.Observe());

        rig.Registry.Reset(RegistryRig.KeyOf(Url));
        Assert.Empty(state.Observe());
    }

    [Fact]
    public async Task Open_circuit_is_not_in_the_metrics_after_an_hour_without_calls()
    {
        using var rig = new RegistryRig(["c"]);
        await rig.OpenAsync(Url);
        await rig.GetAsync(Url);
        await rig.GetAsync("http://healthy/");
        using var circuits = rig.Collect<long>("http_circuit_breaker.circuits");
        using var state = rig.Collect<long>("http_circuit_breaker.state");
        using var ratio = rig.Collect<double>("http_circuit_breaker.failure.ratio");
        using var requests = rig.Collect<long>("http_circuit_breaker.requests");
        var before = requests.Observe();
        Assert.Contains("client=c state=open = 1", circuits.Observe());

        rig.Time.Advance(TimeSpan.FromHours(1));

        Assert.Equal(
            ["client=c state=closed = 1", "client=c state=open = 0", "client=c state=half_open = 0", "client=c state=isolated = 0"],
            circuits.Observe());
        Assert.Empty(state.Observe());
        Assert.Empty(ratio.Observe());
        Assert.Equal(before, requests.Observe());
    }

    [Fact]
    public async Task Open_duration_does_not_include_the_time_in_which_the_circuit_was_no_longer_listed()
    {
        using var rig = new RegistryRig(["c"]);
        using var duration = rig.Collect<double>("http_circuit_breaker.open.duration");
        await rig.OpenAsync(Url);
        rig.Time.Advance(TimeSpan.FromHours(1));
        await rig.GetAsync(Url);

        Assert.Equal(["client=c server.address=host server.port=80 = 65"], duration.Lines());
    }

    [Fact]
    public async Task Failure_ratio_of_an_open_circuit_is_the_ratio_that_opened_it()
    {
        using var rig = new RegistryRig(options => (options.MinimumThroughput, options.ConsecutiveFailures) = (4, null));
        await rig.GetAsync(Url);
        await rig.OpenAsync(Url);
        await rig.GetAsync(Url);
        using var ratio = rig.Collect<double>("http_circuit_breaker.failure.ratio");

        Assert.Equal(["client=c server.address=host server.port=80 = 0.75"], ratio.Observe());
    }

    [Fact]
    public async Task Failure_ratio_of_a_half_open_circuit_is_the_ratio_of_its_probes()
    {
        using var rig = new RegistryRig(options => (options.HalfOpenProbes, options.FailureRatio) = (4, 0.5));
        await rig.OpenAsync(Url);
        rig.Time.Advance(TimeSpan.FromSeconds(5));
        await rig.GetAsync(Url);
        rig.AnswerWith(HttpStatusCode.BadGateway);
        await rig.GetAsync(Url);
        using var ratio = rig.Collect<double>("http_circuit_breaker.failure.ratio");

        Assert.Equal(["client=c server.address=host server.port=80 = 0.5"], ratio.Observe());
    }

    [Fact]
    public void Metrics_contain_at_most_400_hosts_of_a_client()
    {
        using var rig = new RegistryRig(["c", "d"]);
        for (var i = 0; i < 450; i++)
        {
            rig.Registry.Isolate(RegistryRig.KeyOf($"http://host{i}/"));
        }

        rig.Registry.Isolate(RegistryRig.KeyOf(Url, "d"));
        using var state = rig.Collect<long>("http_circuit_breaker.state");
        using var ratio = rig.Collect<double>("http_circuit_breaker.failure.ratio");
        using var circuits = rig.Collect<long>("http_circuit_breaker.circuits");

        Assert.Equal((400 * 4) + 4, state.Observe().Count);
        Assert.Equal(400 + 1, ratio.Observe().Count);
        Assert.Contains("client=c state=isolated = 450", circuits.Observe());
    }

    [Fact]
    public async Task Calls_without_response_headers_are_in_the_in_flight_metric()
    {
        using var rig = new RegistryRig(["c"]) { Answer = HandlerAnswers.HangAsync };
        using var caller = new CancellationTokenSource();
        var calls = new[] { rig.GetAsync(Url, caller.Token), rig.GetAsync("http://other/", caller.Token) };
        using var inFlight = rig.Collect<long>("http_circuit_breaker.in_flight");
        Assert.Equal(["client=c = 2"], inFlight.Observe());

        await caller.CancelAsync();
        await Task.WhenAll(calls).ContinueWith(_ => { }, TaskScheduler.Default);

        Assert.Equal(["client=c = 0"], inFlight.Observe());
    }
}
