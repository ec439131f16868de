using Http.CircuitBreaker.Redis.Protocol;
using Http.CircuitBreaker.Redis.Server;
using Http.CircuitBreaker.Redis.Tests.Support;
using StackExchange.Redis;

namespace Http.CircuitBreaker.Redis.Tests.Scenarios;

/// <summary>Tests the scripts directly, without circuits.</summary>
public sealed class ScriptTests
{
    // Newer than every record, so that a running break does not deny a lease.
    private const long AnyVersion = long.MaxValue / 2;

    private static readonly CircuitKey _key = Instance.Key;

    public static TheoryData<ServerKind> Kinds => [.. Servers.Kinds];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_stale_command_changes_neither_the_Redis_record_nor_its_time_to_live(ServerKind kind)
    {
        await using var harness = await ScriptHarness.StartAsync(kind);
        var now = await harness.TimeAsync();
        var opened = new ReportCommand(_key, ReportKind.Opened, now, now + 60_000, FailureReason: "500");
        Assert.Equal(CommandAnswer.Accepted, (await harness.SendAsync(opened)).Answer);
        await harness.SetTimeToLiveAsync(TimeSpan.FromHours(1));
        var before = await harness.DumpAsync();

        Assert.Equal(CommandAnswer.Stale, (await harness.SendAsync(opened)).Answer);
        Assert.Equal(CommandAnswer.Stale, (await harness.SendAsync(opened with { Since = now - 1, Until = now + 90_000 })).Answer);
        Assert.Equal(CommandAnswer.Stale, (await harness.SendAsync(opened with { Since = now + 1, Until = now - 1 })).Answer);
        var settle = new SettleCommand(_key, "unknown", CircuitOutcome.Failure, 1, null);
        Assert.Equal(CommandAnswer.Stale, (await harness.SendAsync(settle)).Answer);

        Assert.Equal(before, await harness.DumpAsync());
        Assert.InRange(await harness.TimeToLiveAsync(), TimeSpan.FromMinutes(50), TimeSpan.FromHours(1));
        await Eventually.TrueAsync(() => harness.Messages > 0, "Nothing is published.");
        Assert.Equal(1, harness.Messages);
    }

    // This happens if a server that does not flush atomically is flushed while a report is written.
    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Repeated_report_of_an_isolation_lists_it_again_if_only_its_index_entry_was_lost(ServerKind kind)
    {
        await using var harness = await ScriptHarness.StartAsync(kind);
        var isolation = new ReportCommand(_key, ReportKind.Isolated, await harness.TimeAsync(), 0, IsolationReason: "x");
        await harness.SendAsync(isolation);
        await harness.Database.KeyDeleteAsync([ScriptHarness.Keys.Head, ScriptHarness.Keys.Changes, ScriptHarness.Keys.Isolations]);

        Assert.Equal(CommandAnswer.Stale, (await harness.SendAsync(isolation)).Answer);

        var record = Assert.Single((await harness.PollAsync(0, version: 0)).Records);
        Assert.Equal(BackplaneState.Isolated, record!.State);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Late_report_of_an_opening_that_preceded_the_last_closing_is_stale(ServerKind kind)
    {
        await using var harness = await ScriptHarness.StartAsync(kind);
        var now = await harness.TimeAsync();
        await harness.SendAsync(new ReportCommand(_key, ReportKind.Opened, now, now + 60_000));
        var closedAt = await harness.TimeAsync() + 10;
        var closed = await harness.SendAsync(new ReportCommand(_key, ReportKind.Closed, closedAt));

        var late = await harness.SendAsync(new ReportCommand(_key, ReportKind.Opened, closedAt - 5, now + 60_000));

        Assert.Equal((CommandAnswer.Stale, BackplaneState.Closed), (late.Answer, late.Record!.State));
        Assert.Equal(closed.Record, late.Record);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Number_of_probe_leases_is_limited_to_the_number_of_probes(ServerKind kind)
    {
        await using var harness = await ScriptHarness.StartAsync(kind);
        await OpenForAllAsync(harness);
        async Task<CommandAnswer> LeaseAsync(string token) =>
            (await harness.SendAsync(new LeaseCommand(_key, token, 60_000, AnyVersion, Probes: 3, FailuresToOpen: 2))).Answer;

        Assert.Equal(CommandAnswer.Accepted, await LeaseAsync("a"));
        Assert.Equal(CommandAnswer.Accepted, await LeaseAsync("b"));
        Assert.Equal(CommandAnswer.Accepted, await LeaseAsync("c"));
        Assert.Equal(CommandAnswer.Accepted, await LeaseAsync("a"));
        Assert.Equal(CommandAnswer.Denied, await LeaseAsync("d"));

        await harness.SendAsync(new SettleCommand(_key, "a", CircuitOutcome.Ignored, 0, null));
        Assert.Equal(CommandAnswer.Accepted, await LeaseAsync("d"));
        await harness.SendAsync(new SettleCommand(_key, "b", CircuitOutcome.Failure, 5000, "500"));
        await harness.SendAsync(new SettleCommand(_key, "c", CircuitOutcome.Success, 5000, null));
        Assert.Equal(CommandAnswer.Denied, await LeaseAsync("e"));
        var last = await harness.SendAsync(new SettleCommand(_key, "d", CircuitOutcome.Failure, 5000, "503"));

        Assert.Equal((BackplaneState.Open, "503", 1), (last.Record!.State, last.Record.FailureReason, last.Record.Instances));
        Assert.InRange(last.Record.Until - last.ServerTime, 1, 5000);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Probe_lease_is_not_granted_if_the_shared_circuit_is_not_open(ServerKind kind)
    {
        await using var harness = await ScriptHarness.StartAsync(kind, quorum: 2);
        await harness.PollAsync(0, 0);
        await harness.PollAsync(1, 0);
        var now = await harness.TimeAsync();
        await harness.SendAsync(new ReportCommand(_key, ReportKind.Opened, now, now + 60_000));

        var reply = await harness.SendAsync(new LeaseCommand(_key, "a", 60_000, 0, Probes: 1, FailuresToOpen: 1));

        Assert.Equal((CommandAnswer.Stale, null), (reply.Answer, reply.Record));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Expired_probe_lease_frees_its_slot(ServerKind kind)
    {
        await using var harness = await ScriptHarness.StartAsync(kind);
        await OpenForAllAsync(harness);
        var lease = new LeaseCommand(_key, "a", 300, AnyVersion, Probes: 1, FailuresToOpen: 1);
        await harness.SendAsync(lease);
        Assert.Equal(CommandAnswer.Denied, (await harness.SendAsync(lease with { Token = "b" })).Answer);

        await Eventually.TrueAsync(
            async () => (await harness.SendAsync(lease with { Token = "b" })).Answer == CommandAnswer.Accepted, "The slot is not freed.");
        var late = await harness.SendAsync(new SettleCommand(_key, "a", CircuitOutcome.Success, 0, null));
        Assert.Equal(CommandAnswer.Stale, late.Answer);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Vote_of_an_instance_to_open_the_circuit_expires_when_its_break_ends(ServerKind kind)
    {
        await using var harness = await ScriptHarness.StartAsync(kind, quorum: 2);
        for (var i = 0; i < ScriptHarness.Instances; i++)
        {
            await harness.PollAsync(i, 0);
        }

        var now = await harness.TimeAsync();
        await harness.SendAsync(new ReportCommand(_key, ReportKind.Opened, now, now + 300), connection: 0);
        await Eventually.TrueAsync(async () => await harness.TimeAsync() > now + 300, "The server's clock stands still.");

        var second = await harness.SendAsync(new ReportCommand(_key, ReportKind.Opened, now, now + 60_000), connection: 1);
        Assert.Equal((CommandAnswer.Accepted, null), (second.Answer, second.Record));
        var third = await harness.SendAsync(new ReportCommand(_key, ReportKind.Opened, now, now + 60_000), connection: 2);
        Assert.Equal((BackplaneState.Open, 2), (third.Record!.State, third.Record.Instances));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Simultaneous_requests_do_not_get_more_probe_leases_than_there_are_probes(ServerKind kind)
    {
        await using var harness = await ScriptHarness.StartAsync(kind);
        await OpenForAllAsync(harness);

        var replies = await Task.WhenAll(
            Enumerable.Range(0, 200).Select(i => harness.SendAsync(new LeaseCommand(_key, $"{i}", 60_000, AnyVersion, 7, 4), i)));

        Assert.Equal(7, replies.Count(reply => reply.Answer == CommandAnswer.Accepted));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task All_Redis_records_expire_except_indefinite_isolations(ServerKind kind)
    {
        await using var harness = await ScriptHarness.StartAsync(kind);
        var now = await harness.TimeAsync();
        await harness.SendAsync(new ReportCommand(_key, ReportKind.Opened, now, now + 60_000));
        Assert.InRange(await harness.TimeToLiveAsync(), TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(12));

        await harness.SendAsync(new ReportCommand(_key, ReportKind.Isolated, now + 1, 0, IsolationReason: "x"));
        Assert.Equal(TimeSpan.MaxValue, await harness.TimeToLiveAsync());

        await harness.SendAsync(new ReportCommand(_key, ReportKind.Reset, now + 2));
        Assert.InRange(await harness.TimeToLiveAsync(), TimeSpan.FromHours(23), TimeSpan.FromHours(24));
    }

    [Theory]
    [InlineData("ends", "9223372036854775807")]
    [InlineData("at", "0")]
    [InlineData("instances", "-1")]
    [InlineData("state", "7")]
    [InlineData("key", "c")]
    public async Task Other_Redis_records_are_still_read_if_one_record_is_malformed(string field, string value)
    {
        await using var harness = await ScriptHarness.StartAsync(ServerKind.Garnet);
        await OpenForAllAsync(harness);
        await harness.SetFieldAsync(field, value);
        var now = await harness.TimeAsync();
        var other = CircuitKey.FromName("c", "other");
        await harness.SendAsync(new ReportCommand(other, ReportKind.Opened, now, now + 60_000));

        var poll = await harness.PollAsync(0, 0);

        Assert.Equal(other, Assert.Single(poll.Records, record => record?.IsPlausible(poll.ServerTime) == true)!.Key);
        Assert.Equal(2, poll.Records.Count);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Forged_messages_do_not_change_circuits(ServerKind kind)
    {
        await using var fleet = await TestFleet.StartAsync(
            kind, 2, redis => (redis.Quorum, redis.PollInterval) = (1, TimeSpan.FromMinutes(1)));
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
        await fleet[0].LogAsync("CircuitOpenedRemotely");
        Assert.All(fleet.All, instance => Assert.Empty(instance.Logs("BackplaneApplyFailed")));
    }

    private static async Task OpenForAllAsync(ScriptHarness harness)
    {
        var now = await harness.TimeAsync();
        await harness.SendAsync(new ReportCommand(_key, ReportKind.Opened, now, now + 60_000));
    }
}
