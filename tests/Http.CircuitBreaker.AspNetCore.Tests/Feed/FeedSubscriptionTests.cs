using System.Net.ServerSentEvents;
using Http.CircuitBreaker.AspNetCore.Feed;
using Http.CircuitBreaker.AspNetCore.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Http.CircuitBreaker.AspNetCore.Tests.Feed;

/// <summary>What one gets who watches.</summary>
public sealed class FeedSubscriptionTests
{
    [Fact]
    public async Task The_first_thing_is_everything()
    {
        await using var app = await CircuitsApp.StartAsync();
        var subscription = new FeedSubscription(app.Services.GetRequiredService<CircuitOverview>());
        subscription.Complete();
        Assert.Equal(["overview"], await NamesAsync(subscription));
    }

    [Fact]
    public async Task One_who_is_too_slow_loses_the_oldest_and_gets_everything_anew()
    {
        await using var app = await CircuitsApp.StartAsync();
        var subscription = new FeedSubscription(app.Services.GetRequiredService<CircuitOverview>());
        await using var events = subscription.ReadAsync(CancellationToken.None).GetAsyncEnumerator();
        Assert.Equal("overview", await NextAsync(events));
        for (var news = 1; news <= 16; news++)
        {
            subscription.Send(FeedMessage($"{news}"));
        }

        Assert.Equal("1", await NextAsync(events));
        subscription.Send(FeedMessage("17"));
        subscription.Send(FeedMessage("18"));
        Assert.Equal("overview", await NextAsync(events));

        // What waited is older than the overview: it would turn the clock back.
        subscription.Send(FeedMessage("19"));
        Assert.Equal("19", await NextAsync(events));
    }

    [Fact]
    public async Task A_transition_that_the_overview_told_is_not_told_again()
    {
        await using var app = await CircuitsApp.StartAsync();
        var subscription = new FeedSubscription(app.Services.GetRequiredService<CircuitOverview>());
        await app.OpenAsync();
        await using var events = subscription.ReadAsync(CancellationToken.None).GetAsyncEnumerator();
        Assert.Equal("overview", await NextAsync(events));
        subscription.Send(FeedMessage("first", transition: 1));
        subscription.Send(FeedMessage("second", transition: 2));
        Assert.Equal("second", await NextAsync(events));
    }

    private static FeedMessage FeedMessage(string name, long transition = 0) => new(new SseItem<byte[]>([], name), transition);

    private static async Task<string> NextAsync(IAsyncEnumerator<SseItem<byte[]>> events)
    {
        Assert.True(await events.MoveNextAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(10)));
        return events.Current.EventType;
    }

    private static async Task<List<string>> NamesAsync(FeedSubscription subscription)
    {
        var names = new List<string>();
        await foreach (var item in subscription.ReadAsync(CancellationToken.None))
        {
            names.Add(item.EventType);
        }

        return names;
    }
}
