using Http.CircuitBreaker.AspNetCore.Feed;
using Http.CircuitBreaker.AspNetCore.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Http.CircuitBreaker.AspNetCore.Tests.Feed;

/// <summary>The stream of events, in a time that the test moves.</summary>
public sealed class StreamTests
{
    private static readonly TimeSpan _second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task An_outage_is_seen_as_it_comes_and_goes()
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
    public async Task Silence_has_a_heartbeat()
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
    public async Task Nothing_is_looked_at_while_nobody_watches()
    {
        var circuits = new FakeRegistry();
        await using var app = await CircuitsApp.StartAsync(AppSetup.Open with { Services = services => services.AddSingleton<ICircuitRegistry>(circuits) });
        app.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(0, circuits.SnapshotCalls);

        var events = await app.SubscribeAsync();
        await events.NextAsync("overview");
        Assert.True(circuits.SnapshotCalls > 0);

        await events.DisposeAsync();
        var feed = app.Services.GetRequiredService<CircuitFeed>();
        Assert.True(SpinWait.SpinUntil(() => !feed.IsPolling, TimeSpan.FromSeconds(10)), "It still looks.");
        var looks = circuits.SnapshotCalls;
        app.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(looks, circuits.SnapshotCalls);
    }

    [Fact]
    public async Task However_many_watch_it_looks_once()
    {
        var circuits = new FakeRegistry();
        await using var app = await CircuitsApp.StartAsync(AppSetup.Open with { Services = services => services.AddSingleton<ICircuitRegistry>(circuits) });
        await using var one = await app.SubscribeAsync();
        await using var two = await app.SubscribeAsync();
        await one.NextAsync("overview");
        await two.NextAsync("overview");
        var looks = circuits.SnapshotCalls;
        circuits.Circuits.Add(FakeRegistry.Closed("a"));
        app.Time.Advance(_second);
        await one.NextAsync("circuits");
        await two.NextAsync("circuits");
        Assert.Equal(looks + 1, circuits.SnapshotCalls);
    }

    [Fact]
    public async Task There_are_only_so_many_viewers()
    {
        await using var app = await CircuitsApp.StartAsync(AppSetup.Open with { Options = options => options.MaxViewers = 1 });
        await using var first = await app.SubscribeAsync();
        await first.NextAsync("overview");

        var refused = await app.GetAsync("/circuits/events");
        Assert.Equal((503, "10"), (refused.Status, refused.Headers.RetryAfter.ToString()));
        Assert.Contains("MaxViewers", refused.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_ends_when_the_application_stops()
    {
        await using var app = await CircuitsApp.StartAsync(AppSetup.Open);
        await using var events = await app.SubscribeAsync();
        await events.NextAsync("overview");
        var stopping = app.StopAsync();
        Assert.Null(await events.NextAsync());
        await stopping.WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task A_registry_that_throws_sends_the_viewers_away_and_the_next_ones_see_again()
    {
        var circuits = new FakeRegistry();
        await using var app = await CircuitsApp.StartAsync(AppSetup.Open with { Services = services => services.AddSingleton<ICircuitRegistry>(circuits) });
        await using var one = await app.SubscribeAsync();
        await one.NextAsync("overview");

        circuits.Exception = new InvalidOperationException("no circuits today");
        app.Time.Advance(_second);
        Assert.Null(await one.NextAsync());
        var error = Assert.Single(app.Logs.GetSnapshot(), record => record.Id.Name == "LookFailed");
        Assert.Same(circuits.Exception, error.Exception);

        circuits.Exception = null;
        await using var two = await app.SubscribeAsync();
        await two.NextAsync("overview");
        circuits.Circuits.Add(FakeRegistry.Closed("a"));
        app.Time.Advance(_second);
        await two.NextAsync("circuits");
    }
}
