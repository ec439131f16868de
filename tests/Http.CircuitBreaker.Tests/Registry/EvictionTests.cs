using System.Net;
using Http.CircuitBreaker.Tests.Support;

namespace Http.CircuitBreaker.Tests.Registry;

public sealed class EvictionTests
{
    [Fact]
    public void A_hundred_thousand_hosts_never_keep_more_circuits_than_the_client_may()
    {
        using var rig = new RegistryRig(options => options.MaxCircuits = 1000);
        var circuits = rig.Circuits;
        for (var i = 0; i < 100_000; i++)
        {
            circuits.TryAdmit(new HttpRequestMessage(HttpMethod.Get, $"http://host{i}/"), now: 0, out _, out var permit);
            permit.SucceedAtOnce();

            Assert.True(circuits.Count <= 1000);
            if (i % 1000 == 0)
            {
                Assert.Equal(circuits.Count, circuits.All.Count());
            }
        }

        Assert.Equal((1000, 1000), (circuits.Count, circuits.All.Count()));
        Assert.Equal((100_000, 0), (circuits.Accounts().Ended.Succeeded, circuits.Bypassed));
    }

    [Fact]
    public async Task A_healthy_idle_circuit_makes_room()
    {
        using var rig = new RegistryRig(options => options.MaxCircuits = 1);
        await rig.GetAsync("http://old/");
        await rig.GetAsync("http://new/");

        Assert.Equal("new", Assert.Single(rig.Registry.GetSnapshots()).Key.Host);
    }

    [Fact]
    public async Task A_hundred_new_hosts_do_not_evict_an_open_circuit_nor_one_with_a_failure_nor_a_busy_nor_an_isolated_one()
    {
        using var rig = new RegistryRig(options => options.MaxCircuits = 5);
        await rig.OpenAsync("http://open/");
        rig.AnswerWith(HttpStatusCode.InternalServerError);
        await rig.GetAsync("http://failed/");
        rig.Answer = HandlerAnswers.HangAsync;
        _ = rig.GetAsync("http://busy/");
        rig.Registry.Isolate(RegistryRig.KeyOf("http://isolated/"));
        rig.AnswerWith(HttpStatusCode.OK);

        for (var i = 0; i < 100; i++)
        {
            await rig.GetAsync($"http://new{i}/");
        }

        var hosts = rig.Registry.GetSnapshots().Select(circuit => circuit.Key.Host).ToList();
        Assert.Equal(["busy", "failed", "isolated", "new99", "open"], hosts.Order());
    }

    [Fact]
    public async Task If_nothing_can_go_new_hosts_pass_unguarded_and_are_counted()
    {
        using var rig = new RegistryRig(options => options.MaxCircuits = 1);
        await rig.OpenAsync("http://open/");
        rig.AnswerWith(HttpStatusCode.InternalServerError);

        for (var i = 0; i < 20; i++)
        {
            Assert.False((await rig.GetAsync("http://new/")).IsCircuitOpen());
        }

        Assert.Null(rig.Registry.Find(RegistryRig.KeyOf("http://new/")));
        Assert.Equal(20, rig.Circuits.Bypassed);
    }

    [Fact]
    public async Task A_failure_that_has_left_the_window_holds_a_circuit_no_longer()
    {
        using var rig = new RegistryRig(options => options.MaxCircuits = 1);
        rig.AnswerWith(HttpStatusCode.InternalServerError);
        await rig.GetAsync("http://failed/");
        rig.Time.Advance(TimeSpan.FromSeconds(30));

        await rig.GetAsync("http://new/");

        Assert.Equal("new", Assert.Single(rig.Registry.GetSnapshots()).Key.Host);
    }

    [Theory]
    [InlineData(60_000, "open")]
    [InlineData(60_001, "new")]
    public async Task An_open_circuit_goes_when_it_has_been_over_for_longer_than_the_longest_break(int milliseconds, string left)
    {
        using var rig = new RegistryRig(options => options.MaxCircuits = 1);
        await rig.OpenAsync("http://open/");
        rig.Time.Advance(TimeSpan.FromSeconds(5) + TimeSpan.FromMilliseconds(milliseconds));

        await rig.GetAsync("http://new/");

        Assert.Equal(left, Assert.Single(rig.Registry.GetSnapshots()).Key.Host);
    }

    [Fact]
    public async Task A_handler_that_held_an_evicted_circuit_finds_the_new_one_and_so_do_Isolate_and_Reset()
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
    public async Task Isolating_makes_room_like_a_call_and_says_so_if_there_is_none()
    {
        using var rig = new RegistryRig(options => options.MaxCircuits = 1);
        await rig.GetAsync("http://old/");
        rig.Registry.Isolate(RegistryRig.KeyOf("http://isolated/"));
        Assert.Equal("isolated", Assert.Single(rig.Registry.GetSnapshots()).Key.Host);

        var exception = Assert.Throws<InvalidOperationException>(() => rig.Registry.Isolate(RegistryRig.KeyOf("http://new/")));

        Assert.Equal("There is no room for the circuit 'c http://new:80': the client has 1 circuits, and none can be evicted.", exception.Message);
    }

    [Fact]
    public async Task Over_a_lowered_limit_each_new_host_takes_the_place_of_two()
    {
        using var rig = new HandlerRig(options => options.MaxCircuits = 10);
        for (var i = 0; i < 10; i++)
        {
            await rig.SendAsync($"http://host{i}/");
        }

        // Sharing a registry brings new options for it.
        rig.Options.MaxCircuits = 4;
        using var other = new CircuitBreakerHandler(rig.Options, rig.Handler.Circuits);
        for (var i = 0; i < 20; i++)
        {
            await rig.SendAsync($"http://new{i}/");
        }

        Assert.Equal(4, rig.Handler.Circuits.GetSnapshots().Count);
    }
}
