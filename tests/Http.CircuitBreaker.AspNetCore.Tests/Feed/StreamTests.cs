using Http.CircuitBreaker.AspNetCore.Feed;
using Http.CircuitBreaker.AspNetCore.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Http.CircuitBreaker.AspNetCore.Tests.Feed;

/// <summary>The event stream over the test server, with fake time.</summary>
public sealed class StreamTests
{
    private static readonly TimeSpan _second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task Outage_and_recovery_of_a_host_are_sent_as_events()
    {
        await using var app = await CircuitsApp.StartAsync(AppSetup.Open);
        await app.CallAsync();
        await using var events = await app.SubscribeAsync();

        var (name, overview, retry) = (await events.NextAsync())!.Value;
        Assert.Equal(("overview", TimeSpan.FromSeconds(2)), (name, retry));
        Assert.Equal("closed", Assert.Single(overview.GetProperty("circuits").EnumerateArray()).GetProperty("state").GetString());

        await app.OpenAsync();
        app.Time.Advance(_second);
        Assert.Equal("open", (await events.NextAsync("transition")).GetProperty("state").GetString());
        var changed = Assert.Single((await events.NextAsync("circuits")).GetProperty("changed").EnumerateArray());
        Assert.Equal(("open", CircuitsApp.Key.Id), (changed.GetProperty("state").GetString(), changed.GetProperty("id").GetString()));

        app.Circuits.Reset(CircuitsApp.Key);
        app.Time.Advance(_second);
        Assert.Equal("reset", (await events.NextAsync("transition")).GetProperty("reason").GetString());
    }

    [Fact]
    public async Task Response_headers_prevent_proxies_and_middleware_from_buffering_or_caching_the_stream()
    {
        await using var app = await CircuitsApp.StartAsync(AppSetup.Open);
        using var client = app.CreateClient();
        using var response = await client.GetAsync("circuits/events", HttpCompletionOption.ResponseHeadersRead);

        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.ToString());
        Assert.Equal("no", Assert.Single(response.Headers.GetValues("X-Accel-Buffering")));
        Assert.Equal("identity", Assert.Single(response.Content.Headers.ContentEncoding));
        Assert.True(response.Headers.CacheControl?.NoStore);
    }

    [Fact]
    public async Task Open_circuit_without_calls_is_sent_as_removed_after_an_hour()
    {
        await using var app = await CircuitsApp.StartAsync(AppSetup.Open);
        await app.OpenAsync();
        await using var events = await app.SubscribeAsync();
        await events.NextAsync("overview");

        app.Time.Advance(TimeSpan.FromHours(1));

        Assert.Equal(CircuitsApp.Key.Id, Assert.Single((await events.NextAsync("circuits")).GetProperty("removed").EnumerateArray()).GetString());
    }

    [Fact]
    public async Task A_heartbeat_is_sent_after_the_heartbeat_interval()
    {
        await using var app = await CircuitsApp.StartAsync(AppSetup.Open);
        await using var events = await app.SubscribeAsync();
        await events.NextAsync("overview");
        for (var second = 0; second < 10; second++)
        {
            app.Time.Advance(_second);
        }

        Assert.Equal(app.Time.GetUtcNow(), (await events.NextAsync("heartbeat")).GetProperty("now").GetDateTimeOffset());
    }

    [Fact]
    public async Task Circuits_are_not_polled_while_no_client_is_connected()
    {
        var circuits = new FakeRegistry();
        await using var app = await StartAsync(circuits);
        app.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(0, circuits.SnapshotCalls);

        var events = await app.SubscribeAsync();
        await events.NextAsync("overview");
        Assert.True(circuits.SnapshotCalls > 0);

        await events.DisposeAsync();
        var feed = app.Services.GetRequiredService<CircuitFeed>();
        Assert.True(SpinWait.SpinUntil(() => !feed.IsPolling, TimeSpan.FromSeconds(10)), "The feed is still polling.");
        var calls = circuits.SnapshotCalls;
        app.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(calls, circuits.SnapshotCalls);
    }

    [Fact]
    public async Task Circuits_are_polled_once_for_all_clients()
    {
        var circuits = new FakeRegistry();
        await using var app = await StartAsync(circuits);
        await using var one = await app.SubscribeAsync();
        await using var two = await app.SubscribeAsync();
        await one.NextAsync("overview");
        await two.NextAsync("overview");
        var calls = circuits.SnapshotCalls;
        circuits.Circuits.Add(FakeRegistry.Closed("a"));
        app.Time.Advance(_second);
        await one.NextAsync("circuits");
        await two.NextAsync("circuits");
        Assert.Equal(calls + 1, circuits.SnapshotCalls);
    }

    [Fact]
    public async Task Clients_beyond_MaxViewers_receive_503()
    {
        await using var app = await CircuitsApp.StartAsync(AppSetup.Open with { Options = options => options.MaxViewers = 1 });
        await using var first = await app.SubscribeAsync();
        await first.NextAsync("overview");

        var refused = await app.GetAsync("/circuits/events");
        Assert.Equal((503, "10"), (refused.Status, refused.Headers.RetryAfter.ToString()));
        Assert.Contains("MaxViewers", refused.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_stream_ends_when_the_application_stops()
    {
        await using var app = await CircuitsApp.StartAsync(AppSetup.Open);
        await using var events = await app.SubscribeAsync();
        await events.NextAsync("overview");
        var stopping = app.StopAsync();
        Assert.Null(await events.NextAsync());
        await stopping.WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task An_exception_from_the_registry_disconnects_clients_which_can_then_reconnect()
    {
        var circuits = new FakeRegistry();
        await using var app = await StartAsync(circuits);
        await using var one = await app.SubscribeAsync();
        await one.NextAsync("overview");

        circuits.Exception = new InvalidOperationException("registry failed");
        app.Time.Advance(_second);
        Assert.Null(await one.NextAsync());
        var error = Assert.Single(app.Logs.GetSnapshot(), record => record.Id.Name == "PollFailed");
        Assert.Same(circuits.Exception, error.Exception);

        circuits.Exception = null;
        await using var two = await app.SubscribeAsync();
        await two.NextAsync("overview");
        circuits.Circuits.Add(FakeRegistry.Closed("a"));
        app.Time.Advance(_second);
        await two.NextAsync("circuits");
    }

    private static Task<CircuitsApp> StartAsync(ICircuitRegistry registry) =>
        CircuitsApp.StartAsync(AppSetup.Open with { Services = services => services.AddSingleton(registry) });
}
