using Http.CircuitBreaker.AspNetCore.Feed;
using Http.CircuitBreaker.AspNetCore.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Http.CircuitBreaker.AspNetCore.Tests.Feed;

/// <summary>The overview of all circuits is serialized once for clients that need it at about the same time.</summary>
public sealed class CircuitOverviewTests
{
    private static readonly TimeSpan _moment = TimeSpan.FromMilliseconds(999);

    [Fact]
    public async Task Overview_is_cached_for_all_clients_for_up_to_a_second()
    {
        await using var app = await CircuitsApp.StartAsync();
        var first = await ReadAsync(app);
        app.Time.Advance(_moment);
        Assert.Same(first, await ReadAsync(app));
        app.Time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.NotSame(first, await ReadAsync(app));
    }

    [Fact]
    public async Task Cached_overview_expires_no_later_than_the_refresh_interval()
    {
        var setup = new AppSetup { Options = options => options.RefreshInterval = TimeSpan.FromMilliseconds(100) };
        await using var app = await CircuitsApp.StartAsync(setup);
        var first = await ReadAsync(app);
        app.Time.Advance(TimeSpan.FromMilliseconds(100));
        Assert.NotSame(first, await ReadAsync(app));
    }

    [Fact]
    public async Task A_state_change_is_in_the_overview_immediately()
    {
        await using var app = await CircuitsApp.StartAsync();
        var first = await ReadAsync(app);
        await app.OpenAsync();
        var second = await ReadAsync(app);
        Assert.NotSame(first, second);
        Assert.Equal(1, second.Transition);
    }

    [Fact]
    public async Task A_manual_isolation_is_in_the_overview_immediately()
    {
        await using var app = await CircuitsApp.StartAsync(AppSetup.Controllable);
        await app.CallAsync();
        foreach (var reason in (string[])["one", "two"])
        {
            await app.PostAsync($"/circuits/api/{CircuitsApp.Key.Id}/isolate", $$"""{ "reason": "{{reason}}" }""");
            var circuit = Assert.Single((await app.GetAsync("/circuits/api")).Json.GetProperty("circuits").EnumerateArray());
            Assert.Equal(reason, circuit.GetProperty("isolationReason").GetString());
        }
    }

    [Fact]
    public async Task A_client_that_connects_after_a_poll_gets_an_overview_with_the_polled_changes()
    {
        var setup = AppSetup.Open with { Options = options => options.RefreshInterval = TimeSpan.FromMilliseconds(500) };
        await using var app = await CircuitsApp.StartAsync(setup);
        await using var one = await app.SubscribeAsync();
        await one.NextAsync("overview");
        app.Time.Advance(TimeSpan.FromMilliseconds(499));
        await ReadAsync(app);
        await app.CallAsync();
        app.Time.Advance(TimeSpan.FromMilliseconds(1));
        await one.NextAsync("circuits");

        await using var two = await app.SubscribeAsync();
        Assert.Single((await two.NextAsync("overview")).GetProperty("circuits").EnumerateArray());
    }

    [Fact]
    public async Task The_circuit_list_and_the_event_stream_use_the_same_cached_overview()
    {
        var circuits = new FakeRegistry();
        await using var app = await StartAsync(circuits);
        await using var one = await app.SubscribeAsync();
        await one.NextAsync("overview");
        var calls = circuits.SnapshotCalls;
        await using var two = await app.SubscribeAsync();
        await two.NextAsync("overview");
        await app.GetAsync("/circuits/api");
        Assert.Equal(calls, circuits.SnapshotCalls);
    }

    [Theory]
    [InlineData("circuits/events")]
    [InlineData("circuits/api")]
    public async Task A_client_that_does_not_read_its_stream_is_disconnected_after_20_seconds(string path)
    {
        var circuits = new FakeRegistry();
        circuits.Circuits.AddRange(Enumerable.Range(0, 1_000).Select(number => FakeRegistry.Closed($"host-{number}.example.com")));
        await using var app = await StartAsync(circuits);
        using var client = app.CreateClient();
        using var response = await client.GetAsync(path, HttpCompletionOption.ResponseHeadersRead);
        await using var stream = await response.Content.ReadAsStreamAsync();
        app.Time.Advance(TimeSpan.FromSeconds(19.9));
        Assert.NotEqual(0, await stream.ReadAsync(new byte[1]));

        app.Time.Advance(TimeSpan.FromSeconds(0.1));
        var exception = await Assert.ThrowsAnyAsync<Exception>(
            () => stream.CopyToAsync(Stream.Null).WaitAsync(TimeSpan.FromSeconds(20)));
        Assert.IsNotType<TimeoutException>(exception);
        var feed = app.Services.GetRequiredService<CircuitFeed>();
        Assert.True(SpinWait.SpinUntil(() => !feed.IsPolling, TimeSpan.FromSeconds(10)), "The client is still connected.");
    }

    private static Task<CircuitsApp> StartAsync(ICircuitRegistry registry) =>
        CircuitsApp.StartAsync(AppSetup.Open with { Services = services => services.AddSingleton(registry) });

    private static async Task<FeedMessage> ReadAsync(CircuitsApp app) =>
        await app.Services.GetRequiredService<CircuitOverview>().ReadAsync(CancellationToken.None);
}
