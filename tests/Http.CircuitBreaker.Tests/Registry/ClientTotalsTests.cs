using Http.CircuitBreaker.Circuits;
using Http.CircuitBreaker.Counting;
using Http.CircuitBreaker.Registry;
using Http.CircuitBreaker.Tests.Support;

namespace Http.CircuitBreaker.Tests.Registry;

public sealed class ClientTotalsTests
{
    [Fact]
    public async Task Client_totals_include_evicted_circuits()
    {
        using var rig = new RegistryRig(options => options.MaxCircuits = 1);
        await rig.OpenAsync("http://open/");
        await rig.GetAsync("http://open/");
        rig.Time.Advance(TimeSpan.FromMinutes(2));
        await rig.GetAsync("http://second/");
        await rig.GetAsync("http://third/");

        var totals = rig.Circuits.Totals();

        Assert.Equal("third", Assert.Single(rig.Registry.GetSnapshots()).Key.Host);
        Assert.Equal(new CallTotals(Succeeded: 2, Failed: 10, Ignored: 0), totals.Ended);
        Assert.Equal((0, 1), (totals.InFlight, totals.Rejected));
    }

    [Fact]
    public async Task Client_totals_lose_almost_no_calls_during_concurrent_evictions()
    {
        const int Threads = 8;
        const int Calls = 10_000;
        using var rig = new RegistryRig(options => options.MaxCircuits = 8);
        var circuits = rig.Circuits;

        var bypassed = await RegistryCrowd.RunAsync(Threads, thread => Call(circuits, new Random(thread), Calls));

        // A call is not counted if its circuit is evicted during its admission.
        var totals = circuits.Totals();
        Assert.Equal((0, 0), (totals.InFlight, totals.Rejected));
        Assert.InRange(Threads * Calls - (totals.Ended.Count + bypassed.Sum()), 0, Threads * Calls / 100);
        Assert.True(circuits.Count <= 8);
        Assert.Equal(circuits.Count, circuits.Shown.Count());
    }

    [Fact]
    public async Task Totals_never_decrease_while_circuits_are_evicted()
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
                var present = circuits.Totals().Ended.Count;
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
        var result = way switch
        {
            1 => CallResult.Success,
            2 => CallResult.Success with { IsBodyPending = true },
            _ => CallResult.Ignored,
        };
        permit.Record(in result, now: 0);
        if (result.IsBodyPending)
        {
            permit.Record(CallResult.Success with { IsBody = true }, now: 0);
        }
    }
}
