using System.Net;
using Http.CircuitBreaker.Circuits;
using Http.CircuitBreaker.Tests.Support;

namespace Http.CircuitBreaker.Tests.Registry;

public sealed class EvictionTests
{
    [Fact]
    public void Registry_keeps_at_most_MaxCircuits_for_100_000_hosts()
    {
        using var rig = new RegistryRig(options => options.MaxCircuits = 1000);
        var circuits = rig.Circuits;
        for (var i = 0; i < 100_000; i++)
        {
            circuits.TryAdmit(new HttpRequestMessage(HttpMethod.Get, $"http://host{i}/"), now: 0, out _, out var permit);
            permit.Record(CallResult.Success, now: 0);

            Assert.True(circuits.Count <= 1000);
            if (i % 1000 == 0)
            {
                Assert.Equal(circuits.Count, circuits.Shown.Count());
            }
        }

        Assert.Equal((1000, 1000), (circuits.Count, circuits.Shown.Count()));
        Assert.Equal((100_000, 0), (circuits.Totals().Ended.Succeeded, circuits.Totals().Bypassed));
    }

    [Fact]
    public async Task Idle_circuit_is_evicted_for_a_new_host()
    {
        using var rig = new RegistryRig(options => options.MaxCircuits = 1);
        await rig.GetAsync("http://old/");
        await rig.GetAsync("http://new/");

        Assert.Equal("new", Assert.Single(rig.Registry.GetSnapshots()).Key.Host);
    }

    [Fact]
    public async Task Circuits_that_are_open_busy_or_isolated_are_not_evicted()
    {
        using var rig = new RegistryRig(options => options.MaxCircuits = 4);
        await rig.OpenAsync("http://open/");
        rig.Answer = HandlerAnswers.HangAsync;
        _ = rig.GetAsync("http://busy/");
        rig.Registry.Isolate(RegistryRig.KeyOf("http://isolated/"));
        rig.AnswerWith(HttpStatusCode.OK);

        for (var i = 0; i < 100; i++)
        {
            await rig.GetAsync($"http://new{i}/");
        }

        var hosts = rig.Registry.GetSnapshots().Select(circuit => circuit.Key.Host).ToList();
        Assert.Equal(["busy", "isolated", "new99", "open"], hosts.Order());
    }

    [Fact]
    public async Task Failing_hosts_do_not_evict_the_circuit_of_a_host_in_use()
    {
        using var rig = new RegistryRig(options => options.MaxCircuits = 100);
        await rig.GetAsync("http://real/");
        rig.AnswerWith(HttpStatusCode.InternalServerError);
        for (var i = 0; i < 1_100; i++)
        {
            await rig.GetAsync($"http://chosen{i % 550}/");
            if (i % 9 == 0)
            {
                rig.AnswerWith(HttpStatusCode.OK);
                await rig.GetAsync("http://real/");
                rig.AnswerWith(HttpStatusCode.InternalServerError);
            }

            rig.Time.Advance(TimeSpan.FromMilliseconds(2));
        }

        Assert.Equal(1 + 123, rig.Circuit("http://real/").TotalSucceeded);
        await rig.OpenAsync("http://real/");
    }

    [Fact]
    public async Task Calls_bypass_the_breaker_and_are_counted_if_no_circuit_can_be_evicted()
    {
        using var rig = new RegistryRig(options => options.MaxCircuits = 1);
        await rig.OpenAsync("http://open/");
        rig.AnswerWith(HttpStatusCode.InternalServerError);

        for (var i = 0; i < 20; i++)
        {
            Assert.False((await rig.GetAsync("http://new/")).IsCircuitOpen());
        }

        Assert.Null(rig.Registry.Find(RegistryRig.KeyOf("http://new/")));
        Assert.Equal(20, rig.Circuits.Totals().Bypassed);
    }

    [Theory]
    [InlineData(4_999, "open")]
    [InlineData(5_000, "new")]
    public async Task Open_circuit_can_be_evicted_after_its_break(int milliseconds, string left)
    {
        using var rig = new RegistryRig(options => options.MaxCircuits = 1);
        await rig.OpenAsync("http://open/");
        await rig.GetAsync("http://first/");
        rig.Time.Advance(TimeSpan.FromMilliseconds(milliseconds));

        await rig.GetAsync("http://new/");

        Assert.Equal(left, Assert.Single(rig.Registry.GetSnapshots()).Key.Host);
    }

    [Fact]
    public async Task Handler_uses_a_new_circuit_after_its_circuit_is_evicted()
    {
        using var rig = new RegistryRig(options => options.MaxCircuits = 1);
        var client = rig.Client();
        await client.GetAsync("http://first/");
        await client.GetAsync("http://second/");

        await client.GetAsync("http://first/");
        Assert.Equal(1, rig.Circuit("http://first/").TotalSucceeded);

        rig.Registry.Isolate(RegistryRig.KeyOf("http://first/"));
        Assert.True((await client.GetAsync("http://first/")).IsCircuitOpen());

        Assert.True(rig.Registry.Reset(RegistryRig.KeyOf("http://first/")));
        Assert.False((await client.GetAsync("http://first/")).IsCircuitOpen());
    }

    [Fact]
    public async Task Isolating_throws_if_the_registry_is_full()
    {
        using var rig = new RegistryRig(options => options.MaxCircuits = 1);
        await rig.GetAsync("http://old/");
        rig.Registry.Isolate(RegistryRig.KeyOf("http://isolated/"));
        Assert.Equal("isolated", Assert.Single(rig.Registry.GetSnapshots()).Key.Host);

        var exception = Assert.Throws<InvalidOperationException>(() => rig.Registry.Isolate(RegistryRig.KeyOf("http://new/")));

        Assert.Equal("There is no room for the circuit 'c http://new:80': the number of circuits is 1 and none can be evicted; raise MaxCircuits.", exception.Message);
    }

    [Fact]
    public async Task Registry_shrinks_to_MaxCircuits_after_it_was_lowered()
    {
        using var rig = new HandlerRig(options => options.MaxCircuits = 10);
        for (var i = 0; i < 10; i++)
        {
            await rig.SendAsync($"http://host{i}/");
        }

        // A handler that joins a registry replaces its options.
        rig.Options.MaxCircuits = 4;
        using var other = new CircuitBreakerHandler(rig.Options, rig.Handler.Circuits);
        for (var i = 0; i < 20; i++)
        {
            await rig.SendAsync($"http://new{i}/");
        }

        Assert.Equal(4, rig.Handler.Circuits.GetSnapshots().Count);
    }
}
