using Http.CircuitBreaker.AspNetCore.Feed;
using Http.CircuitBreaker.AspNetCore.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Http.CircuitBreaker.AspNetCore.Tests.Feed;

public sealed class FeedSubscriptionTests
{
    [Fact]
    public async Task The_first_event_of_a_stream_is_an_overview()
    {
        await using var app = await CircuitsApp.StartAsync();
        var subscription = new FeedSubscription(app.Services.GetRequiredService<CircuitOverview>());
        subscription.Complete();
        Assert.Equal(["overview"], await ReadNamesAsync(subscription));
    }

    [Fact]
    public async Task A_slow_client_gets_a_new_overview_instead_of_the_queued_events()
    {
        await using var app = await CircuitsApp.StartAsync();
        var subscription = new FeedSubscription(app.Services.GetRequiredService<CircuitOverview>());
        await using var events = subscription.ReadAsync(CancellationToken.None).GetAsyncEnumerator();
        Assert.Equal("overview", await NextAsync(events));
        for (var number = 1; number <= 16; number++)
        {
            subscription.Send(CreateMessage($"{number}"));
        }

        Assert.Equal("1", await NextAsync(events));
        subscription.Send(CreateMessage("17"));
        subscription.Send(CreateMessage("18"));
        Assert.Equal("overview", await NextAsync(events));

        // Events queued before the overview are older and are discarded.
        subscription.Send(CreateMessage("19"));
        Assert.Equal("19", await NextAsync(events));
    }

    [Fact]
    public async Task A_state_change_contained_in_the_overview_is_not_sent_again()
    {
        await using var app = await CircuitsApp.StartAsync();
        var subscription = new FeedSubscription(app.Services.GetRequiredService<CircuitOverview>());
        await app.OpenAsync();
        await using var events = subscription.ReadAsync(CancellationToken.None).GetAsyncEnumerator();
        Assert.Equal("overview", await NextAsync(events));
        subscription.Send(CreateMessage("first", transition: 1));
        subscription.Send(CreateMessage("second", transition: 2));
        Assert.Equal("second", await NextAsync(events));
    }

    private static FeedMessage CreateMessage(string name, long transition = 0) => new(name, default, transition);

    private static async Task<string> NextAsync(IAsyncEnumerator<FeedMessage> events)
    {
        Assert.True(await events.MoveNextAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(10)));
        return events.Current.Name;
    }

    private static async Task<List<string>> ReadNamesAsync(FeedSubscription subscription)
    {
        var names = new List<string>();
        await foreach (var item in subscription.ReadAsync(CancellationToken.None))
        {
            names.Add(item.Name);
        }

        return names;
    }
}
