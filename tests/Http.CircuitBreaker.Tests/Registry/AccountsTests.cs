using Http.CircuitBreaker.Circuits;
using Http.CircuitBreaker.Configuration;
using Http.CircuitBreaker.Counting;
using Http.CircuitBreaker.Registry;
using Http.CircuitBreaker.Tests.Support;

namespace Http.CircuitBreaker.Tests.Registry;

public sealed class AccountsTests
{
    [Fact]
    public async Task Totals_of_evicted_circuits_stay_in_the_accounts_of_the_client()
    {
        using var rig = new RegistryRig(options => options.MaxCircuits = 1);
        await rig.OpenAsync("http://open/");
        await rig.GetAsync("http://open/");
        rig.Time.Advance(TimeSpan.FromMinutes(2));
        await rig.GetAsync("http://second/");
        await rig.GetAsync("http://third/");

        var (ended, inFlight, rejected) = rig.Circuits.Accounts();

        Assert.Equal("third", Assert.Single(rig.Registry.GetSnapshots()).Key.Host);
        Assert.Equal(new CallTotals(Succeeded: 2, Failed: 10, Ignored: 0), ended);
        Assert.Equal((0, 1), (inFlight, rejected));
    }

    [Fact]
    public void A_call_that_was_admitted_in_the_moment_of_the_eviction_is_in_flight_until_it_ends_and_then_in_the_totals()
    {
        using var rig = new RegistryRig(["c"]);
        var settings = new ClientSettings(new CircuitBreakerOptions());
        var circuits = new BoundedCircuits();
        var events = new ClientEvents(new RegistryNoEvents(), () => [], () => null, circuits);
        var context = new CircuitContext(new MonotonicClock(rig.Time), () => 0, events);
        var key = RegistryRig.KeyOf("http://host/");
        var circuit = circuits.GetOrAdd(key, capacity: 1, now: 0, k => new Circuit(k, settings.For(k), context))!;
        circuit.TryAdmit(now: 0, out var permit);
        permit.Start();

        circuits.Remove(circuit);
        Assert.Equal((0, 1, 0), (circuits.Count, circuits.Accounts().InFlight, circuits.Accounts().Ended.Count));

        permit.Settle(CallResult.Failure("500"), now: 0);
        Assert.Equal((0, 1), (circuits.Accounts().InFlight, circuits.Accounts().Ended.Failed));
        Assert.Equal((0, 1), (circuits.Accounts().InFlight, circuits.Accounts().Ended.Failed));
    }

    [Fact]
    public async Task Under_a_storm_of_calls_and_evictions_every_call_is_in_the_accounts_exactly_once()
    {
        const int Threads = 8;
        const int Calls = 10_000;
        using var rig = new RegistryRig(options => options.MaxCircuits = 8);
        var circuits = rig.Circuits;

        var bypassed = await RegistryCrowd.RunAsync(Threads, thread => Call(circuits, new Random(thread), Calls));

        var (ended, inFlight, rejected) = circuits.Accounts();
        Assert.Equal((0, 0), (inFlight, rejected));
        Assert.Equal(Threads * Calls, ended.Succeeded + ended.Ignored + bypassed.Sum());
        Assert.True(circuits.Count <= 8);
        Assert.Equal(circuits.Count, circuits.All.Count());
    }

    [Fact]
    public async Task Totals_never_go_backwards_while_circuits_are_evicted()
    {
        using var rig = new RegistryRig(options => options.MaxCircuits = 2);
        var circuits = rig.Circuits;
        var isOver = false;

        var backwards = await RegistryCrowd.RunAsync(3, thread =>
        {
            if (thread > 0)
            {
                Call(circuits, new Random(thread), calls: 20_000);
                Volatile.Write(ref isOver, true);
                return 0;
            }

            var (last, count) = (0L, 0);
            while (!Volatile.Read(ref isOver))
            {
                var present = circuits.Accounts().Ended.Count;
                count += present < last ? 1 : 0;
                last = present;
            }

            return count;
        });

        Assert.Equal(0, backwards.Sum());
    }

    private static int Call(ClientCircuits circuits, Random random, int calls)
    {
        var bypassed = 0;
        for (var i = 0; i < calls; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"http://host{random.Next(40)}/");
            if (circuits.TryAdmit(request, now: 0, out _, out var permit) == Admission.Admitted)
            {
                End(permit, i % 4);
            }
            else
            {
                bypassed++;
            }
        }

        return bypassed;
    }

    private static void End(Permit permit, int way)
    {
        if (way == 0)
        {
            permit.SucceedAtOnce();
            return;
        }

        permit.Start();
        var verdict = way switch
        {
            1 => CallResult.Success,
            2 => CallResult.Success with { IsBodyToCome = true },
            _ => CallResult.Ignored,
        };
        permit.Settle(in verdict, now: 0);
        if (verdict.IsBodyToCome)
        {
            permit.SettleBody(CallResult.Success, now: 0);
        }
    }
}
