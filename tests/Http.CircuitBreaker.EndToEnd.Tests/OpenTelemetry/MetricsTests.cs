namespace Http.CircuitBreaker.EndToEnd.Tests.OpenTelemetry;

[Collection(SequentialTests.Name)]
public sealed class MetricsTests
{
    private const string Host = "server.address=127.0.0.1 server.port=host";

    [Fact]
    public async Task Calls_and_transitions_of_an_outage_are_exported_as_counters()
    {
        await using var app = await ObservedApp.StartAsync();
        await app.OpenAsync();
        await app.CallAsync();
        app.Heal();
        await app.CallAsync();
        await app.CallAsync();

        Assert.Equal([$"error.type=500 {Host} = 4"], app.Sums("failures"));
        Assert.Equal(
            [
                $"previous_state=closed reason=consecutive_failures state=open {Host} = 1",
                $"previous_state=open reason=break_elapsed state=half_open {Host} = 1",
                $"previous_state=half_open reason=probes_succeeded state=closed {Host} = 1",
            ],
            app.Sums("transitions"));
        Assert.Equal(
            ["outcome=success = 4", "outcome=failure = 4", "outcome=ignored = 0", "outcome=rejected = 1", "outcome=bypassed = 0"],
            app.Sums("requests"));
        Assert.Equal([" = 0"], app.Sums("in_flight"));
    }

    [Fact]
    public async Task State_is_exported_only_for_circuits_that_are_not_closed_but_counts_per_state_always()
    {
        await using var app = await ObservedApp.StartAsync();
        await app.CallAsync();
        AssertState(app, circuits: [1, 0, 0], state: [], ratio: []);

        await app.OpenAsync();
        AssertState(app, circuits: [0, 1, 0], state: [0, 1, 0], ratio: [4.0 / 7]);

        app.Heal();
        await app.CallAsync();
        AssertState(app, circuits: [0, 0, 1], state: [0, 0, 1], ratio: [0]);

        await app.CallAsync();
        AssertState(app, circuits: [1, 0, 0], state: [], ratio: []);
    }

    [Fact]
    public async Task Open_duration_is_exported_in_histogram_buckets_from_one_second_to_one_hour()
    {
        await using var app = await ObservedApp.StartAsync();
        await app.OpenAsync();
        app.Heal();
        await app.CallAsync();

        var point = Assert.Single(app.Collect("http_circuit_breaker.open.duration"));
        var (bounds, counts) = (new List<double>(), new List<long>());
        foreach (var bucket in point.GetHistogramBuckets())
        {
            bounds.Add(bucket.ExplicitBound);
            counts.Add(bucket.BucketCount);
        }

        Assert.Equal([1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, double.PositiveInfinity], bounds);
        Assert.Equal([0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0], counts);
        Assert.Equal(7.5, point.GetHistogramSum());
    }

    private static void AssertState(ObservedApp app, int[] circuits, int[] state, double[] ratio)
    {
        string[] states = ["closed", "open", "half_open"];
        Assert.Equal(states.Zip(circuits).Select(pair => $"state={pair.First} = {pair.Second}").Append("state=isolated = 0"), app.Sums("circuits"));
        Assert.Equal(states.Zip(state).Select(pair => $"state={pair.First} {Host} = {pair.Second}"), app.Sums("state").Where(IsNotOfIsolated));
        Assert.Equal(ratio.Select(value => $"{Host} = {value}"), app.Gauges("failure.ratio"));
    }

    private static bool IsNotOfIsolated(string line) => !line.StartsWith("state=isolated", StringComparison.Ordinal);
}
