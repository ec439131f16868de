using System.Net.ServerSentEvents;
using Http.CircuitBreaker.AspNetCore.Feed;
using Http.CircuitBreaker.AspNetCore.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Http.CircuitBreaker.AspNetCore.Tests.Feed;

/// <summary>What one gets who watches.</summary>
public sealed class ViewerTests
{
    [Fact]
    public async Task The_first_thing_is_everything()
    {
        await using var app = await CircuitsApp.StartAsync();
        var viewer = new Viewer(app.Services.GetRequiredService<OverviewSource>());
        viewer.End();
        Assert.Equal(["overview"], await NamesAsync(viewer));
    }

    [Fact]
    public async Task One_who_is_too_slow_loses_the_oldest_and_gets_everything_anew()
    {
        await using var app = await CircuitsApp.StartAsync();
        var viewer = new Viewer(app.Services.GetRequiredService<OverviewSource>());
        await using var events = viewer.ReadAsync(CancellationToken.None).GetAsyncEnumerator();
        Assert.Equal("overview", await NextAsync(events));
        for (var news = 1; news <= 16; news++)
        {
            viewer.Tell(Message($"{news}"));
        }

        Assert.Equal("1", await NextAsync(events));
        viewer.Tell(Message("17"));
        viewer.Tell(Message("18"));
        Assert.Equal("overview", await NextAsync(events));

        // What waited is older than the overview: it would turn the clock back.
        viewer.Tell(Message("19"));
        Assert.Equal("19", await NextAsync(events));
    }

    [Fact]
    public async Task A_transition_that_the_overview_told_is_not_told_again()
    {
        await using var app = await CircuitsApp.StartAsync();
        var viewer = new Viewer(app.Services.GetRequiredService<OverviewSource>());
        await app.OpenAsync();
        await using var events = viewer.ReadAsync(CancellationToken.None).GetAsyncEnumerator();
        Assert.Equal("overview", await NextAsync(events));
        viewer.Tell(Message("first", transition: 1));
        viewer.Tell(Message("second", transition: 2));
        Assert.Equal("second", await NextAsync(events));
    }

    private static Message Message(string name, long transition = 0) => new(new SseItem<byte[]>([], name), transition);

    private static async Task<string> NextAsync(IAsyncEnumerator<SseItem<byte[]>> events)
    {
        Assert.True(await events.MoveNextAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(10)));
        return events.Current.EventType;
    }

    private static async Task<List<string>> NamesAsync(Viewer viewer)
    {
        var names = new List<string>();
        await foreach (var item in viewer.ReadAsync(CancellationToken.None))
        {
            names.Add(item.EventType);
        }

        return names;
    }
}
