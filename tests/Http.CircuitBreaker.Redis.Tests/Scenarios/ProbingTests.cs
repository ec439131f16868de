using Http.CircuitBreaker.Redis.Tests.Support;
using StackExchange.Redis;

namespace Http.CircuitBreaker.Redis.Tests.Scenarios;

/// <summary>After a break, the instances share the probes of a circuit.</summary>
public sealed class ProbingTests
{
    private static readonly TimeSpan _break = TimeSpan.FromSeconds(3);

    public static TheoryData<ServerKind> Kinds => [.. Servers.Kinds];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Only_probes_with_a_lease_reach_the_host(ServerKind kind)
    {
        const int Probes = 3;
        await using var fleet = await OpenFleetAsync(kind, 5, circuits => (circuits.HalfOpenProbes, circuits.FailureRatio) = (Probes, 1));
        var before = fleet.Host.Calls;
        fleet.Host.IsFailing = false;
        fleet.Host.Gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        using var pressure = new Pressure(fleet);
        await Eventually.TrueAsync(() => fleet.Host.Calls == before + Probes, "The probes are not sent.");
        await pressure.RoundsAsync(20);
        Assert.Equal(before + Probes, fleet.Host.Calls);

        fleet.Host.Gate.SetResult();
        await fleet.AreAsync(CircuitState.Closed);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Failed_probe_starts_the_next_break_on_all_instances(ServerKind kind)
    {
        await using var fleet = await OpenFleetAsync(kind, 5);
        var before = fleet.Host.Calls;

        using var pressure = new Pressure(fleet);
        await Eventually.TrueAsync(() => fleet.Host.Calls > before, "No probe is sent.");

        // A circuit whose break ends slightly later applies the next break only then.
        await Eventually.TrueAsync(() => fleet.All.All(instance => IsInNextBreak(instance, fleet.All)), "Not all circuits open again.");
        Assert.Equal(before + 1, fleet.Host.Calls);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Successful_probe_closes_the_circuit_on_all_instances(ServerKind kind)
    {
        await using var fleet = await OpenFleetAsync(kind, 5);
        var before = fleet.Host.Calls;
        fleet.Host.IsFailing = false;

        using (var pressure = new Pressure(fleet, only: 2))
        {
            await fleet.AreAsync(CircuitState.Closed);
        }

        await fleet[2].LogAsync("CircuitHalfOpened");
        foreach (var instance in fleet.All.Where((_, i) => i != 2))
        {
            Assert.Contains("another instance closed it", (await instance.LogAsync("CircuitClosed")).Message, StringComparison.Ordinal);
        }

        Assert.True(fleet.Host.Calls > before);
    }

    // A lease lasts ten seconds, and ScriptTests shows on each kind of server that it expires, so one kind is enough.
    [Fact]
    public async Task Probe_lease_held_by_a_killed_instance_expires()
    {
        await using var fleet = await OpenFleetAsync(ServerKind.Garnet, 2, circuits => circuits.ProbeTimeout = TimeSpan.FromSeconds(2));
        var before = fleet.Host.Calls;
        fleet.Host.IsFailing = false;
        fleet.Host.Gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using (var pressure = new Pressure(fleet, only: 0))
        {
            await Eventually.TrueAsync(() => fleet.Host.Calls == before + 1, "The probe is not sent.");
        }

        // The probe never ends and is never settled.
        await fleet[0].DisposeAsync();
        fleet.Host.Gate = null;
        using var other = new Pressure(fleet, only: 1);
        await other.RoundsAsync(5);
        Assert.Equal(before + 1, fleet.Host.Calls);
        await fleet[1].IsAsync(CircuitState.Closed);
    }

    // Instances choose the length of a lease by the answer times that they have learned, or by different settings.
    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task No_probe_is_sent_while_another_instance_holds_a_longer_lease(ServerKind kind)
    {
        await using var fleet = await OpenFleetAsync(kind, 1, circuits => circuits.ProbeTimeout = TimeSpan.FromSeconds(1));
        await using var other = await Forger.ConnectAsync(fleet);
        var record = other.Keys.Circuit(Instance.Key.Id);
        await Eventually.TrueAsync(() => other.Database.HashExistsAsync(record, "state"), "The opening is not reported.");
        var lease = new HashEntry("lease:x", await other.TimeAsync() + 3_600_000);
        await other.Database.HashSetAsync(record, [lease, new("probes", 1), new("succeeded", 0), new("failed", 0)]);
        fleet.Host.IsFailing = false;
        var before = fleet.Host.Calls;

        using var pressure = new Pressure(fleet);
        await Eventually.TrueAsync(() => fleet[0].Circuit!.ProbeDue, "The break does not end.");
        await pressure.RoundsAsync(50);
        Assert.Equal(before, fleet.Host.Calls);

        await other.Database.HashDeleteAsync(record, "lease:x");
        var version = await other.TimeAsync() * 1000;
        await other.Database.HashSetAsync(record, "version", version);
        await other.AnnounceAsync(version, Instance.Key.Id);
        await fleet.AreAsync(CircuitState.Closed);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Each_instance_sends_a_separate_probe_if_probe_leases_are_disabled(ServerKind kind)
    {
        await using var fleet = await OpenFleetAsync(kind, 3, redis: redis => redis.ProbeLease = false);
        var before = fleet.Host.Calls;
        fleet.Host.Gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        using var pressure = new Pressure(fleet);
        await Eventually.TrueAsync(() => fleet.Host.Calls == before + 3, "Not all instances send a probe.");
        fleet.Host.Gate.SetResult();
    }

    // The next break is the same on all instances.
    private static bool IsInNextBreak(Instance instance, IReadOnlyList<Instance> all) =>
        instance.Circuit is { State: CircuitState.Open, ProbeDue: false, Until: { } until }
        && all.All(other => (until - other.Circuit!.Until)?.Duration() < TimeSpan.FromSeconds(1))
        && all.Any(other => other.Circuit!.ConsecutiveOpenings == 2);

    private static async Task<TestFleet> OpenFleetAsync(
        ServerKind kind, int count, Action<CircuitBreakerOptions>? circuits = null, Action<RedisCircuitOptions>? redis = null)
    {
        var fleet = await TestFleet.StartAsync(
            kind,
            count,
            options =>
            {
                options.Quorum = 1;
                redis?.Invoke(options);
            },
            options =>
            {
                // The next break is long enough to be observed.
                (options.BreakDuration, options.MaxBreakDuration) = (_break, TimeSpan.FromMinutes(5));
                circuits?.Invoke(options);
            });
        try
        {
            await fleet[0].OpenAsync();
            await fleet.AreAsync(CircuitState.Open);
            return fleet;
        }
        catch
        {
            await fleet.DisposeAsync();
            throw;
        }
    }
}
