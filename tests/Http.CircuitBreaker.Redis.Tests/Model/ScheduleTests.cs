using CsCheck;

namespace Http.CircuitBreaker.Redis.Tests.Model;

/// <summary>Random schedules of outages, crashes, lost, late and repeated messages, and a server that forgets: in the end every circuit is closed.</summary>
public sealed class ScheduleTests
{
    // The longest break, the longest lease of a prober that crashed, a lease that nobody came to use, and time for messages.
    private const int LongEnough = 60_000;

    private enum Event
    {
        Fail,
        Hang,
        Heal,
        Crash,
        Join,
        Forget,
        Isolate,
        Reset,
        Wait,
        BreakNetwork,
        MendNetwork,
    }

    private static readonly Gen<(Event What, int Where, int For)[]> _schedules =
        Gen.Select(Gen.Enum<Event>(), Gen.Int[0, 9], Gen.Int[10, 4000]).Array[1, 25];

    private static readonly Gen<Network> _networks = Gen.Select(Gen.Int[0, 800], Gen.Double[0, 0.5], Gen.Double[0, 0.5])
        .Select(network => new Network(network.Item1, network.Item2, network.Item3));

    [Fact]
    public void No_schedule_leaves_a_circuit_open_or_half_open() =>
        Gen.Select(_schedules, _networks, Gen.Int[1, 6], Gen.Int[1, 3], Gen.Int[0, int.MaxValue - 1]).Sample(
            (schedule, network, instances, probes, seed) =>
            {
                using var fleet = Fleet(instances, probes, seed, network);
                foreach (var (what, where, duration) in schedule)
                {
                    Happen(fleet, network, what, where);
                    fleet.CallForAWhile(duration, every: 50 + (where * 40));
                }

                (fleet.Host.IsFailing, fleet.Host.IsHanging) = (false, false);
                fleet.CallForAWhile(LongEnough, every: 300);
                return fleet.Alive.All(instance => instance.Circuit is null or { State: CircuitState.Closed });
            },
            iter: Iterations,
            print: sample => $"{string.Join(' ', sample.Item1)} {sample.Item2} instances {sample.Item3} probes {sample.Item4} seed {sample.Item5}");

    [Fact]
    public void Without_a_server_every_circuit_closes_by_itself() =>
        Gen.Select(Gen.Int[1, 5], Gen.Int[1, 3], Gen.Int[0, int.MaxValue - 1]).Sample(
            (instances, probes, seed) =>
            {
                using var fleet = Fleet(instances, probes, seed, Network.Perfect);
                fleet.CallForAWhile(3000, every: 100);
                fleet.Host.IsFailing = true;
                fleet.CallForAWhile(3000, every: 100);
                (fleet.Network, fleet.Host.IsFailing) = (new Network(0, Loss: 1, 0), false);

                // A break, and what was promised before the server went away.
                fleet.CallForAWhile(25_000, every: 100);
                return fleet.Alive.All(instance => instance.Circuit!.State == CircuitState.Closed);
            },
            iter: Iterations / 4);

    private static int Iterations => int.Parse(Environment.GetEnvironmentVariable("FLEET_SCHEDULES") ?? "200", System.Globalization.CultureInfo.InvariantCulture);

    private static ModelFleet Fleet(int instances, int probes, int seed, Network network)
    {
        var fleet = new ModelFleet(instances, seed, circuits: options =>
        {
            (options.ConsecutiveFailures, options.HalfOpenProbes) = (3, probes);
            (options.BreakDuration, options.MaxBreakDuration) = (TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(4));
            options.ProbeTimeout = TimeSpan.FromSeconds(5);
        });
        fleet.Network = network;
        return fleet;
    }

    private static void Happen(ModelFleet fleet, Network network, Event what, int where)
    {
        var alive = fleet.Alive.ToList();
        var instance = alive[where % alive.Count];
        switch (what)
        {
            case Event.Fail or Event.Hang or Event.Heal:
                (fleet.Host.IsFailing, fleet.Host.IsHanging) = (what == Event.Fail, what == Event.Hang);
                break;
            case Event.Crash when alive.Count > 1:
                instance.Crash();
                break;
            case Event.Join when alive.Count < 8:
                fleet.Add();
                break;
            case Event.Forget:
                fleet.Server.LoseEverything();
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
