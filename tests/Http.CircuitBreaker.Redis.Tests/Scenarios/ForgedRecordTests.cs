using Http.CircuitBreaker.Redis.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using StackExchange.Redis;

namespace Http.CircuitBreaker.Redis.Tests.Scenarios;

/// <summary>Something else writes records. They affect no call, and the next true record is applied.</summary>
public sealed class ForgedRecordTests
{
    private const int Many = 3000;
    private const string Year3000 = "32503680000000";
    private const string Max = "9223372036854775807";

    public static TheoryData<ServerKind> Kinds => [.. Servers.Kinds];

    public static TheoryData<ServerKind, string, string> Forgeries()
    {
        (string Name, string Value)[] forgeries =
        [
            ("version", Max), ("version", Year3000 + "000"), ("version", "-1"), ("version", "x"),
            ("at", Max), ("at", Year3000), ("at", "0"),
            ("ends", Max), ("ends", Year3000), ("ends", "1e999"),
            ("instances", "1000000"), ("instances", "-1"),
            ("failure", new string('x', 3001)), ("failure", new string('x', 1_000_000)),
            ("state", "7"), ("key", "c"), ("key", "c\nOrigin\nhttp://[::1%25/"),
        ];
        var data = new TheoryData<ServerKind, string, string>();
        foreach (var kind in Servers.Kinds)
        {
            foreach (var (name, value) in forgeries)
            {
                data.Add(kind, name, value);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Forgeries))]
    public async Task Record_with_an_out_of_range_value_is_refused_and_the_next_valid_record_is_applied(
        ServerKind kind, string field, string value)
    {
        await using var fleet = await TestFleet.StartAsync(kind, 2);
        await using var forger = await Forger.ConnectAsync(fleet);
        using var refusals = new RefusalCounter();

        await forger.WriteAsync(Instance.Key, (field, value));
        await Eventually.TrueAsync(() => refusals["malformed"] >= 2, "The record is not refused.");
        await forger.WriteAsync(Instance.Key, (field, value));
        await Eventually.TrueAsync(() => refusals["malformed"] >= 4, "The record is not refused again.");

        Assert.All(fleet.All, instance => Assert.Single(instance.Logs("BackplaneRecordRefused")));
        Assert.All(fleet.All, instance => Assert.Equal(CircuitState.Closed, instance.State));
        Assert.Equal(200, await fleet[1].CallAsync());
        fleet[0].Registry.Isolate(Instance.Key);
        await fleet.AreAsync(CircuitState.Isolated);
        fleet[1].Registry.Reset(Instance.Key);
        await fleet.AreAsync(CircuitState.Closed);
        Assert.All(fleet.All, instance => Assert.Empty(instance.Logs("BackplaneApplyFailed")));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Forged_index_entries_with_any_score_or_length_do_not_hide_a_valid_record(ServerKind kind)
    {
        await using var fleet = await TestFleet.StartAsync(kind, 2);
        await using var forger = await Forger.ConnectAsync(fleet);
        await forger.AnnounceAsync(double.PositiveInfinity, Instance.Key.Id, "x");
        await forger.AnnounceAsync(double.NegativeInfinity, "y");
        await forger.AnnounceAsync(9e18, new string('z', 100_000));

        fleet[0].Registry.Isolate(Instance.Key);
        await fleet.AreAsync(CircuitState.Isolated);
        fleet[1].Registry.Reset(Instance.Key);
        await fleet.AreAsync(CircuitState.Closed);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Forged_record_keeps_a_circuit_open_for_at_most_one_locally_configured_break(ServerKind kind)
    {
        var second = TimeSpan.FromSeconds(1);
        await using var fleet = await TestFleet.StartAsync(
            kind, 2, circuits: options => (options.BreakDuration, options.MaxBreakDuration, options.MaxRetryAfter) = (second, second, second));
        await using var forger = await Forger.ConnectAsync(fleet);
        var now = await forger.TimeAsync();
        var inAYear = $"{now + (365L * 24 * 3_600_000)}";

        await forger.WriteAsync(Instance.Key, ("ends", inAYear), ("at", $"{now + 3_000_000}"), ("version", $"{(now + 3_000_000) * 1000}"));
        await fleet.AreAsync(CircuitState.Open);

        using var pressure = new Pressure(fleet);
        await fleet.AreAsync(CircuitState.Closed);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Forged_probe_lease_does_not_keep_a_circuit_open(ServerKind kind)
    {
        var second = TimeSpan.FromSeconds(1);
        await using var fleet = await TestFleet.StartAsync(
            kind, 1, redis => redis.Quorum = 1, options => options.BreakDuration = second);
        await using var forger = await Forger.ConnectAsync(fleet);
        await fleet[0].OpenAsync();
        var record = forger.Keys.Circuit(Instance.Key.Id);
        await Eventually.TrueAsync(() => forger.Database.HashExistsAsync(record, "state"), "The opening is not reported.");

        // The shared break ends after the local one, so the lease is requested during the shared break.
        var now = await forger.TimeAsync();
        var lease = new HashEntry("lease:x", now + (300L * 24 * 3_600_000));
        await forger.Database.HashSetAsync(
            record, [lease, new("ends", now + 10_000), new("probes", 1), new("succeeded", 0), new("failed", 0)]);

        fleet.Host.IsFailing = false;
        using var pressure = new Pressure(fleet);
        await fleet.AreAsync(CircuitState.Closed);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Record_with_thousands_of_forged_votes_or_a_wrong_Redis_type_is_overwritten(ServerKind kind)
    {
        await using var fleet = await TestFleet.StartAsync(kind, 2, redis => redis.Quorum = 1);
        await using var forger = await Forger.ConnectAsync(fleet);
        var (record, now) = (forger.Keys.Circuit(Instance.Key.Id), await forger.TimeAsync());
        await forger.Database.HashSetAsync(
            record, [.. Enumerable.Range(0, 50_000).Select(i => new HashEntry($"vote:{i}", $"{now},{now + 3_600_000}"))]);
        await fleet[0].OpenAsync();
        await fleet.AreAsync(CircuitState.Open);
        Assert.Equal(1, fleet[1].Circuit!.RemoteInstances);
        Assert.InRange(await forger.Database.HashLengthAsync(record), 1, 20);

        await forger.Database.KeyDeleteAsync(record);
        await forger.Database.StringSetAsync(record, "x");
        fleet[0].Registry.Isolate(Instance.Key);
        await fleet.AreAsync(CircuitState.Isolated);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task More_votes_than_a_Lua_function_has_arguments_are_all_counted(ServerKind kind)
    {
        await using var fleet = await TestFleet.StartAsync(kind, 2, redis => redis.Quorum = Many);
        await using var forger = await Forger.ConnectAsync(fleet);
        var (record, now) = (forger.Keys.Circuit(Instance.Key.Id), await forger.TimeAsync());
        await forger.Database.HashSetAsync(
            record, [.. Enumerable.Range(1, 2 * Many).Select(i => new HashEntry($"vote:{i}", $"{now},{now + 3_600_000}"))]);

        await fleet[0].OpenAsync();

        await fleet.AreAsync(CircuitState.Open);
        Assert.Equal((2 * Many) + 1, fleet[1].Circuit!.RemoteInstances);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Records_of_unknown_clients_and_hosts_create_no_circuits(ServerKind kind)
    {
        await using var fleet = await TestFleet.StartAsync(kind, 1);
        await using var forger = await Forger.ConnectAsync(fleet);
        using var refusals = new RefusalCounter();
        await WriteManyAsync(forger, i => CircuitKey.FromUri($"foreign{i}", new Uri(Instance.Url)), Many);
        await WriteManyAsync(forger, i => CircuitKey.FromUri("c", new Uri($"http://foreign{i}/")), Many);

        await Eventually.TrueAsync(() => refusals["unknown_client"] >= Many, "Not all records of unknown clients are refused.");
        Assert.Equal(Instance.Key, Assert.Single(fleet[0].Registry.GetSnapshots()).Key);
        Assert.Single(fleet[0].Logs("BackplaneRecordRefused"));
        Assert.Empty(fleet[0].Logs("CircuitOpenedRemotely"));

        // A circuit that is called later is opened by its record.
        await fleet[0].CallAsync("http://foreign7/");
        await Eventually.TrueAsync(
            () => fleet[0].Registry.Find(CircuitKey.FromUri("c", new Uri("http://foreign7/")))!.State == CircuitState.Open,
            "The record is not applied.");
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task At_most_1000_isolations_of_hosts_without_calls_are_applied(ServerKind kind)
    {
        await using var fleet = await TestFleet.StartAsync(kind, 1);
        await using var forger = await Forger.ConnectAsync(fleet);
        await WriteManyAsync(
            forger, i => CircuitKey.FromUri("c", new Uri($"http://foreign{i}/")), 1500, ("state", "Isolated"), ("ends", "0"));

        int Isolated() => fleet[0].Registry.GetSnapshots().Count(circuit => circuit.State == CircuitState.Isolated);
        await Eventually.TrueAsync(() => Isolated() == 1000, "The isolations are not applied.");
        using (var commands = new CommandCounter())
        {
            await Eventually.TrueAsync(() => commands.Of("poll") > 2, "The instance does not poll.");
        }

        Assert.Equal(1000, Isolated());
        await fleet[0].CallAsync("http://foreign1499/");
        await Eventually.TrueAsync(() => Isolated() == 1001, "A circuit in use is not isolated.");
    }

    [Fact]
    public async Task Record_of_an_unused_client_creates_no_circuit_if_all_clients_have_a_circuit_breaker()
    {
        await using var fleet = await TestFleet.StartAsync(ServerKind.Garnet, 1);
        var services = new ServiceCollection().AddCircuitBreakerRedis(fleet.Server.Address);
        services.AddCircuitBreakerRedis(options => options.Prefix = fleet.Prefix);
        services.ConfigureHttpClientDefaults(client => client
            .ConfigurePrimaryHttpMessageHandler(() => fleet.Host).AddCircuitBreaker());
        await using var provider = services.BuildServiceProvider();
        var registry = provider.GetRequiredService<ICircuitRegistry>();
        fleet[0].Registry.Isolate(Instance.Key);
        using (var commands = new CommandCounter())
        {
            await Eventually.TrueAsync(() => commands.Of("poll") > 4, "The instances do not poll.");
        }

        Assert.Empty(registry.GetSnapshots());

        // The isolation is applied once the client is used.
        using var client = provider.GetRequiredService<IHttpClientFactory>().CreateClient("c");
        await Eventually.TrueAsync(() => registry.Find(Instance.Key)?.State == CircuitState.Isolated, "The isolation is not applied.");
    }

    [Fact]
    public async Task Client_with_invalid_settings_does_not_hide_records_of_other_clients()
    {
        await using var fleet = await TestFleet.StartAsync(ServerKind.Garnet, 1);
        await using var forger = await Forger.ConnectAsync(fleet);
        var services = new ServiceCollection().AddCircuitBreakerRedis(fleet.Server.Address);
        services.AddCircuitBreakerRedis(options => options.Prefix = fleet.Prefix);
        services.AddHttpClient("broken").AddCircuitBreaker(options => options.FailureRatio = 7);
        services.AddHttpClient("c").AddCircuitBreaker();
        await forger.WriteAsync(CircuitKey.FromUri("broken", new Uri(Instance.Url)), ("state", "Isolated"));
        fleet[0].Registry.Isolate(Instance.Key);
        await using var provider = services.BuildServiceProvider();
        var registry = provider.GetRequiredService<ICircuitRegistry>();

        await Eventually.TrueAsync(() => registry.Find(Instance.Key)?.State == CircuitState.Isolated, "The isolation is not applied.");
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Joining_instance_applies_an_earlier_isolation_in_its_first_poll(ServerKind kind)
    {
        await using var fleet = await TestFleet.StartAsync(kind, 1);
        fleet[0].Registry.Isolate(Instance.Key);
        await using var forger = await Forger.ConnectAsync(fleet);
        await Eventually.TrueAsync(() => forger.Database.KeyExistsAsync(forger.Keys.Isolations), "The isolation is not reported.");

        // Later changes of circuits whose records have expired.
        var now = await forger.TimeAsync() * 1000;
        for (var i = 0; i < 50; i++)
        {
            await forger.AnnounceAsync(now + i, Enumerable.Range(1000 * i, 1000).Select(id => $"expired{id}"));
        }

        await using var late = new Instance(fleet.Server.Address, fleet.Prefix, fleet.Host);
        await late.JoinedAsync();

        Assert.Equal(CircuitState.Isolated, late.State);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Index_of_changed_circuits_is_trimmed_to_10000_entries(ServerKind kind)
    {
        await using var fleet = await TestFleet.StartAsync(kind, 1);
        await using var forger = await Forger.ConnectAsync(fleet);

        // The instance has seen later changes, so it neither reads these nor removes them because their records have expired.
        var entries = Enumerable.Range(0, 15_000).Select(id => new SortedSetEntry($"seen{id}", 1));
        await forger.Database.SortedSetAddAsync(forger.Keys.Changes, [.. entries]);

        await Eventually.TrueAsync(
            async () => await forger.Database.SortedSetLengthAsync(forger.Keys.Changes) <= 10_000, "The index is not trimmed.");
    }

    [Fact]
    public async Task Instance_still_applies_changes_if_the_data_generation_was_forged_repeatedly()
    {
        await using var fleet = await TestFleet.StartAsync(ServerKind.Garnet, 2);
        await using var forger = await Forger.ConnectAsync(fleet);
        for (var i = 0; i < 20; i++)
        {
            await forger.Database.HashSetAsync(forger.Keys.Head, "generation", new string((char)('a' + i), i * i));
            await forger.AnnounceAsync((await forger.TimeAsync()) * 1000, "x");
        }

        fleet[0].Registry.Isolate(Instance.Key);
        await fleet.AreAsync(CircuitState.Isolated);
    }

    // In groups, so that more than one version and more than one page are read.
    private static async Task WriteManyAsync(
        Forger forger, Func<int, CircuitKey> key, int count, params (string Field, string Value)[] changes)
    {
        foreach (var group in Enumerable.Range(0, count).Select(key).Chunk(100))
        {
            await forger.WriteManyAsync(group, changes);
        }
    }
}
