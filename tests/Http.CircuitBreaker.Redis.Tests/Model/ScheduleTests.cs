using System.Globalization;
using CsCheck;
using Http.CircuitBreaker.Redis.Protocol;
using Microsoft.Extensions.Logging;

namespace Http.CircuitBreaker.Redis.Tests.Model;

/// <summary>
/// After a random schedule of outages, crashes, network faults, forged and lost records and data loss of the server, every circuit closes,
/// and a standing isolation holds.
/// </summary>
public sealed class ScheduleTests
{
    // Longer than the longest break, the lease of a crashed instance, an unused lease and the network delays together.
    private const int LongEnough = 60_000;

    private enum Event
    {
        Fail,
        Hang,
        Heal,
        Crash,
        Join,
        LoseData,
        LoseRecords,
        BackUp,
        Restore,
        ForgeRecord,
        ForgeMalformedRecord,
        ForgeForeignRecord,
        Isolate,
        Reset,
        Wait,
        BreakNetwork,
        MendNetwork,
    }

    private static readonly Gen<(Event Event, int Instance, int Duration)[]> _schedules =
        Gen.Select(Gen.Enum<Event>(), Gen.Int[0, 9], Gen.Int[10, 4000]).Array[1, 25];

    private static readonly Gen<Network> _networks = Gen.Select(Gen.Int[0, 800], Gen.Double[0, 0.5], Gen.Double[0, 0.5])
        .Select(network => new Network(network.Item1, network.Item2, network.Item3));

    [Fact]
    public void Every_circuit_closes_after_a_random_sequence_of_faults_has_ended() =>
        Gen.Select(_schedules, _networks, Gen.Int[1, 6], Gen.Int[1, 3], Gen.Int[0, int.MaxValue - 1]).Sample(
            (schedule, network, instances, probes, seed) =>
            {
                using var fleet = Fleet(instances, probes, seed, network);
                foreach (var (kind, index, duration) in schedule)
                {
                    Apply(fleet, network, kind, index);
                    fleet.CallForAWhile(duration, every: 50 + (index * 40));
                }

                (fleet.Host.IsFailing, fleet.Host.IsHanging) = (false, false);
                fleet.CallForAWhile(LongEnough, every: 300);
                AssertOnlyOwnCircuits(fleet);
                return fleet.Alive.All(instance => instance.Circuit is null or { State: CircuitState.Closed });
            },
            iter: Iterations,
            print: run => $"{string.Join(' ', run.Item1)} {run.Item2} instances {run.Item3} probes {run.Item4} seed {run.Item5}");

    [Fact]
    public void Indefinite_isolation_holds_on_every_instance_after_a_random_sequence_of_faults() =>
        Gen.Select(_schedules, _networks, Gen.Int[2, 6], Gen.Int[0, int.MaxValue - 1]).Sample(
            (schedule, network, instances, seed) =>
            {
                using var fleet = Fleet(instances, probes: 1, seed, Network.Perfect);
                fleet.CallForAWhile(3000, every: 100);
                fleet[0].Registry.Isolate(ModelFleet.Key, reason: "by hand");
                fleet.CallForAWhile(3000, every: 100);
                foreach (var (kind, index, duration) in schedule.Where(step => KeepsIsolation(step.Event)))
                {
                    Apply(fleet, network, kind, index);
                    fleet.CallForAWhile(duration, every: 50 + (index * 40));
                }

                // The instances notice the last loss, then two poll intervals.
                fleet.Network = Network.Perfect;
                fleet.CallForAWhile(5000, every: 100);
                fleet.Add();
                fleet.CallForAWhile(2 * ModelInstance.PollInterval, every: 100);
                return fleet.Alive.All(instance => instance.Circuit is { State: CircuitState.Isolated, IsolationReason: "by hand" });
            },
            iter: Iterations,
            print: run => $"{string.Join(' ', run.Item1)} {run.Item2} instances {run.Item3} seed {run.Item4}");

    [Fact]
    public void Every_circuit_closes_after_an_outage_even_if_Redis_is_unreachable() =>
        Gen.Select(Gen.Int[1, 5], Gen.Int[1, 3], Gen.Int[0, int.MaxValue - 1]).Sample(
            (instances, probes, seed) =>
            {
                using var fleet = Fleet(instances, probes, seed, Network.Perfect);
                fleet.CallForAWhile(3000, every: 100);
                fleet.Host.IsFailing = true;
                fleet.CallForAWhile(3000, every: 100);
                (fleet.Network, fleet.Host.IsFailing) = (new Network(0, Loss: 1, 0), false);

                // Longer than a break and an unused lease.
                fleet.CallForAWhile(25_000, every: 100);
                return fleet.Alive.All(instance => instance.Circuit!.State == CircuitState.Closed);
            },
            iter: Iterations / 4);

    private static int Iterations =>
        int.Parse(Environment.GetEnvironmentVariable("FLEET_SCHEDULES") ?? "200", CultureInfo.InvariantCulture);

    private static ModelFleet Fleet(int instances, int probes, int seed, Network network)
    {
        var fleet = new ModelFleet(instances, seed, circuits: options =>
        {
            (options.ConsecutiveFailures, options.HalfOpenProbes) = (3, probes);
            (options.BreakDuration, options.MaxBreakDuration) = (TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(4));
            (options.MaxRetryAfter, options.ProbeTimeout) = (TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(5));
        });
        fleet.Network = network;
        return fleet;
    }

    // The last instance that knows an isolation must not crash while the server has lost it, and a lost record alone is not noticed.
    private static bool KeepsIsolation(Event kind) => kind is not (Event.Crash or Event.LoseRecords or Event.BackUp or Event.Restore
        or Event.ForgeRecord or Event.ForgeMalformedRecord or Event.Isolate or Event.Reset);

    private static void AssertOnlyOwnCircuits(ModelFleet fleet)
    {
        Assert.All(fleet.Alive.SelectMany(instance => instance.Registry.GetSnapshots()), circuit => Assert.Equal(ModelFleet.Key, circuit.Key));
        Assert.DoesNotContain(fleet.Logger.Collector.GetSnapshot(), log => log.Level == LogLevel.Error);
    }

    private static BackplaneRecord CreateRecord(ModelFleet fleet, CircuitKey key)
    {
        var (random, now) = (fleet.Random, fleet.World.Now + ModelFleet.ServerSkew);
        var state = (BackplaneState)random.Next(3);
        var until = state == BackplaneState.Isolated ? now + 2000 : now + random.NextInt64(365L * 24 * 3_600_000);
        var ahead = random.Next(2) * 3_000_000;
        return new(key, (now + ahead) * 1000, state, now + ahead, until, random.Next(10_000), "forged", "forged", random.Next(2) == 0);
    }

    private static BackplaneRecord CreateMalformedRecord(ModelFleet fleet)
    {
        var record = CreateRecord(fleet, ModelFleet.Key);
        return fleet.Random.Next(6) switch
        {
            0 => record with { Version = long.MaxValue },
            1 => record with { At = long.MaxValue },
            2 => record with { At = 0 },
            3 => record with { Until = long.MaxValue },
            4 => record with { Instances = int.MaxValue },
            _ => record with { IsolationReason = new string('x', 10_000) },
        };
    }

    private static void Apply(ModelFleet fleet, Network network, Event kind, int index)
    {
        var alive = fleet.Alive.ToList();
        var instance = alive[index % alive.Count];
        switch (kind)
        {
            case Event.Fail or Event.Hang or Event.Heal:
                (fleet.Host.IsFailing, fleet.Host.IsHanging) = (kind == Event.Fail, kind == Event.Hang);
                break;
            case Event.Crash when alive.Count > 1:
                instance.Crash();
                break;
            case Event.Join when alive.Count < 8:
                fleet.Add();
                break;
            case Event.LoseData:
                fleet.Server.LoseData();
                break;
            case Event.LoseRecords:
                fleet.Server.LoseRecords();
                break;
            case Event.BackUp:
                fleet.Backup = fleet.Server.BackUp();
                break;
            case Event.Restore when fleet.Backup is { } backup:
                fleet.Server.Restore(backup);
                break;
            case Event.ForgeRecord:
                fleet.Server.Forge(CreateRecord(fleet, ModelFleet.Key));
                break;
            case Event.ForgeMalformedRecord:
                fleet.Server.Forge(CreateMalformedRecord(fleet));
                break;
            case Event.ForgeForeignRecord:
                var uri = new Uri($"http://foreign{index}/");
                var foreign = CreateRecord(fleet, CircuitKey.FromUri(index % 2 == 0 ? "foreign" : "c", uri));
                fleet.Server.Forge(index % 2 == 0 ? foreign : foreign with { State = BackplaneState.Open });
                break;
            case Event.Isolate:
                instance.Registry.Isolate(ModelFleet.Key, TimeSpan.FromSeconds(2));
                break;
            case Event.Reset:
                instance.Registry.Reset(ModelFleet.Key);
                break;
            case Event.BreakNetwork:
                fleet.Network = new Network(0, Loss: 1, 0);
                break;
            case Event.MendNetwork:
                fleet.Network = network;
                break;
        }
    }
}
