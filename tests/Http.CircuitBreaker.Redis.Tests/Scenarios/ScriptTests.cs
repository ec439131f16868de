using Http.CircuitBreaker.Redis.Protocol;
using Http.CircuitBreaker.Redis.Server;
using Http.CircuitBreaker.Redis.Tests.Support;
using StackExchange.Redis;

namespace Http.CircuitBreaker.Redis.Tests.Scenarios;

/// <summary>The scripts by themselves: what is stale changes nothing, and leases run out.</summary>
public sealed class ScriptTests
{
    private static readonly CircuitKey _key = Instance.Key;

    public static TheoryData<ServerKind> Kinds => [.. Servers.Kinds];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_stale_report_rewrites_nothing_not_even_the_time_to_live(ServerKind kind)
    {
        await using var rig = await ScriptRig.StartAsync(kind);
        var now = await rig.TimeAsync();
        var opened = new ReportCommand(_key, ReportKind.Opened, 5, now, now + 60_000, Reason: "500");
        Assert.Equal(BackplaneAnswer.Accepted, (await rig.SendAsync(opened)).Answer);
        await rig.ExpireAsync(TimeSpan.FromHours(1));
        var before = await rig.DumpAsync();

        Assert.Equal(BackplaneAnswer.Stale, (await rig.SendAsync(opened)).Answer);
        Assert.Equal(BackplaneAnswer.Stale, (await rig.SendAsync(opened with { Sequence = 4, Until = now + 90_000 })).Answer);
        Assert.Equal(BackplaneAnswer.Stale, (await rig.SendAsync(opened with { Sequence = 6, Until = now - 1 })).Answer);
        Assert.Equal(BackplaneAnswer.Stale, (await rig.SendAsync(new SettleCommand(_key, "nobody's", CircuitOutcome.Failure, 1, null))).Answer);

        Assert.Equal(before, await rig.DumpAsync());
        Assert.InRange(await rig.LifeAsync(), TimeSpan.FromMinutes(50), TimeSpan.FromHours(1));
        await Eventually.TrueAsync(() => rig.Messages > 0, "Nothing is published.");
        Assert.Equal(1, rig.Messages);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task An_opening_that_is_older_than_the_close_is_stale(ServerKind kind)
    {
        await using var rig = await ScriptRig.StartAsync(kind);
        var now = await rig.TimeAsync();
        await rig.SendAsync(new ReportCommand(_key, ReportKind.Opened, 1, now, now + 60_000));
        var closedAt = await rig.TimeAsync() + 10;
        var closed = await rig.SendAsync(new ReportCommand(_key, ReportKind.Closed, 2, closedAt));

        var late = await rig.SendAsync(new ReportCommand(_key, ReportKind.Opened, 3, closedAt - 5, now + 60_000));

        Assert.Equal((BackplaneAnswer.Stale, BackplaneState.Closed), (late.Answer, late.Record!.State));
        Assert.Equal(closed.Record, late.Record);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Leases_are_counted_and_a_verdict_needs_the_outcomes_of_all(ServerKind kind)
    {
        await using var rig = await ScriptRig.StartAsync(kind);
        var now = await rig.TimeAsync();
        async Task<BackplaneAnswer> Lease(string token) => (await rig.SendAsync(new LeaseCommand(_key, token, now, 0, Probes: 3, FailuresToOpen: 2))).Answer;

        Assert.Equal([BackplaneAnswer.Accepted, BackplaneAnswer.Accepted, BackplaneAnswer.Accepted, BackplaneAnswer.Accepted], [await Lease("a"), await Lease("b"), await Lease("c"), await Lease("a")]);
        Assert.Equal(BackplaneAnswer.Denied, await Lease("d"));

        await rig.SendAsync(new SettleCommand(_key, "a", CircuitOutcome.Ignored, 0, null));
        Assert.Equal(BackplaneAnswer.Accepted, await Lease("d"));
        await rig.SendAsync(new SettleCommand(_key, "b", CircuitOutcome.Failure, 5000, "500"));
        await rig.SendAsync(new SettleCommand(_key, "c", CircuitOutcome.Success, 5000, null));
        Assert.Equal(BackplaneAnswer.Denied, await Lease("e"));
        var last = await rig.SendAsync(new SettleCommand(_key, "d", CircuitOutcome.Failure, 5000, "503"));

        Assert.Equal((BackplaneState.Open, "503", 1), (last.Record!.State, last.Record.Reason, last.Record.Instances));
        Assert.InRange(last.Record.Until - last.ServerTime, 1, 5000);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_lease_that_is_over_gives_its_slot_back(ServerKind kind)
    {
        await using var rig = await ScriptRig.StartAsync(kind);
        var ask = new LeaseCommand(_key, "a", await rig.TimeAsync(), 0, Probes: 1, FailuresToOpen: 1);
        await rig.SendAsync(ask);
        await rig.SendAsync(new HoldCommand(_key, "a", 300));
        Assert.Equal(BackplaneAnswer.Denied, (await rig.SendAsync(ask with { Token = "b" })).Answer);

        await Eventually.TrueAsync(async () => (await rig.SendAsync(ask with { Token = "b" })).Answer == BackplaneAnswer.Accepted, "The slot does not come back.");
        Assert.Equal(BackplaneAnswer.Stale, (await rig.SendAsync(new SettleCommand(_key, "a", CircuitOutcome.Success, 0, null))).Answer);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_report_counts_for_as_long_as_its_break_lasts(ServerKind kind)
    {
        await using var rig = await ScriptRig.StartAsync(kind, quorum: 2);
        for (var i = 0; i < ScriptRig.Instances; i++)
        {
            await rig.PollAsync(i, 0);
        }

        var now = await rig.TimeAsync();
        await rig.SendAsync(new ReportCommand(_key, ReportKind.Opened, 1, now, now + 300), over: 0);
        await Eventually.TrueAsync(async () => await rig.TimeAsync() > now + 300, "Time stands still.");

        var second = await rig.SendAsync(new ReportCommand(_key, ReportKind.Opened, 1, now, now + 60_000), over: 1);
        Assert.Equal((BackplaneAnswer.Accepted, null), (second.Answer, second.Record));
        var third = await rig.SendAsync(new ReportCommand(_key, ReportKind.Opened, 1, now, now + 60_000), over: 2);
        Assert.Equal((BackplaneState.Open, 2), (third.Record!.State, third.Record.Instances));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Leases_asked_for_at_once_are_as_many_as_there_are(ServerKind kind)
    {
        await using var rig = await ScriptRig.StartAsync(kind);
        var now = await rig.TimeAsync();

        var replies = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => rig.SendAsync(new LeaseCommand(_key, $"{i}", now, 0, 7, 4), over: i)));

        Assert.Equal(7, replies.Count(reply => reply.Answer == BackplaneAnswer.Accepted));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Everything_has_a_time_to_live_but_an_isolation_without_an_end(ServerKind kind)
    {
        await using var rig = await ScriptRig.StartAsync(kind);
        var now = await rig.TimeAsync();
        await rig.SendAsync(new ReportCommand(_key, ReportKind.Opened, 1, now, now + 60_000));
        Assert.InRange(await rig.LifeAsync(), TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(12));

        await rig.SendAsync(new ReportCommand(_key, ReportKind.Isolated, 2, now + 1, 0, Note: "x"));
        Assert.Equal(TimeSpan.MaxValue, await rig.LifeAsync());

        await rig.SendAsync(new ReportCommand(_key, ReportKind.Reset, 3, now + 2));
        Assert.InRange(await rig.LifeAsync(), TimeSpan.FromHours(23), TimeSpan.FromHours(24));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Forged_messages_change_nothing(ServerKind kind)
    {
        await using var fleet = await TestFleet.StartAsync(kind, 2, redis => (redis.Quorum, redis.PollInterval) = (1, TimeSpan.FromMinutes(1)));
        using var redis = await ConnectionMultiplexer.ConnectAsync(fleet.Server.Address);
        using var commands = new CommandCounter();
        string[] messages = ["", "{}", "poll", "7:", new('9', 100_000)];
        foreach (var message in messages)
        {
            await redis.GetSubscriber().PublishAsync(new RedisKeys(fleet.Prefix).Channel, message);
        }

        await Eventually.TrueAsync(() => commands.Of("poll") >= 2, "A message does not lead to a poll.");
        await fleet[1].OpenAsync();
        await fleet.AreAsync(CircuitState.Open);
        Assert.Single(fleet[0].Logs("CircuitOpenedRemotely"));
        Assert.All(fleet.All, instance => Assert.Empty(instance.Logs("BackplaneFailed")));
    }
}
