using Http.CircuitBreaker.Redis.Tests.Support;

namespace Http.CircuitBreaker.Redis.Tests.Scenarios;

/// <summary>Messages are a hint and the keys are the truth: whoever heard nothing still learns it.</summary>
public sealed class MessagesLostTests
{
    public static TheoryData<ServerKind> Kinds => [.. Servers.Kinds];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Who_hears_no_message_finds_out_with_the_next_look(ServerKind kind)
    {
        await using var fleet = await TestFleet.StartAsync(kind, 1, redis => redis.Quorum = 1);
        using var wire = new Wire(fleet.Server);
        var deaf = await fleet.AddAsync(address: wire.Address);
        wire.IsMute = true;

        await fleet[0].OpenAsync();
        await deaf.IsAsync(CircuitState.Open);
        fleet[0].Registry.Reset(Instance.Key);
        await deaf.IsAsync(CircuitState.Closed);

        Assert.True(wire.Swallowed >= 2, "The messages have arrived.");
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Who_was_cut_off_looks_as_soon_as_the_connection_is_back(ServerKind kind)
    {
        await using var fleet = await TestFleet.StartAsync(kind, 1, redis => redis.Quorum = 1);
        using var wire = new Wire(fleet.Server);

        // The next look of its own would come when this test has long given up.
        var late = await fleet.AddAsync(redis => redis.PollInterval = TimeSpan.FromMinutes(1), address: wire.Address);
        wire.IsMute = true;
        await fleet[0].OpenAsync();
        await Eventually.TrueAsync(() => wire.Swallowed > 0, "There is no message to miss.");
        Assert.Equal(CircuitState.Closed, late.State);

        wire.IsMute = false;
        wire.CutSubscriptions();

        await late.IsAsync(CircuitState.Open);
        Assert.True(wire.Subscriptions >= 2, "It has not subscribed again.");
    }
}
