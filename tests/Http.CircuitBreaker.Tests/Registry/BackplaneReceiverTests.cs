using Http.CircuitBreaker.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Http.CircuitBreaker.Tests.Registry;

/// <summary>The registry as the rest of a fleet sees it.</summary>
public sealed class BackplaneReceiverTests : IDisposable
{
    private const string Url = "http://host/";
    private static readonly CircuitKey _key = RegistryRig.KeyOf(Url);
    private static readonly CircuitKey _stranger = RegistryRig.KeyOf(Url, "stranger");
    private readonly RegistryRig _rig = new(_ => { });

    [Fact]
    public async Task A_circuit_that_was_never_called_opens()
    {
        Assert.True(Fleet.Open(_key, 1, RemoteOpening(7)));

        Assert.Equal(503, (int)(await _rig.GetAsync(Url)).StatusCode);
        Assert.Equal(0, _rig.Inner.Calls);
        Assert.Equal((CircuitState.Open, 4), (_rig.Circuit(Url).State, _rig.Circuit(Url).RemoteInstances));
        Assert.Equal(
            "Circuit c http://host:80 opened: 4 instances reported failures (timeout). Calls are rejected for 7 s, then one call is sent as a probe.",
            Assert.Single(_rig.Logs("CircuitOpenedRemotely")).Message);
    }

    [Fact]
    public void A_Retry_After_that_another_instance_got_is_not_cut_short_by_short_breaks_here()
    {
        using var rig = new RegistryRig(options => (options.BreakDuration, options.MaxBreakDuration) = (TimeSpan.FromSeconds(1), null));

        rig.Service<ICircuitBackplaneReceiver>().Open(_key, 1, RemoteOpening(45));

        Assert.Equal(45, (rig.Circuit(Url).Until - rig.Circuit(Url).Since)!.Value.TotalSeconds);
    }

    [Fact]
    public void A_break_is_bounded_by_the_settings_here()
    {
        Fleet.Open(_key, 1, RemoteOpening(1_000_000));

        Assert.Equal(60, (_rig.Circuit(Url).Until - _rig.Circuit(Url).Since)!.Value.TotalSeconds);
    }

    [Fact]
    public void It_closes_isolates_and_resets_with_the_reason_remote()
    {
        Fleet.Open(_key, 1, RemoteOpening(7));
        Assert.True(Fleet.Close(_key, 2));
        Assert.True(Fleet.Isolate(_key, TimeSpan.FromMinutes(1), "maintenance"));
        Assert.Equal((CircuitState.Isolated, "maintenance"), (_rig.Circuit(Url).State, _rig.Circuit(Url).IsolationReason));
        Assert.True(Fleet.Reset(_key));

        Assert.Equal(CircuitState.Closed, _rig.Circuit(Url).State);
        Assert.Equal("Circuit c http://host:80 closed: another instance closed it. The outage lasted 0 s; rejected calls: 0.", _rig.Logs("CircuitClosed")[0].Message);
        Assert.Equal(
            "Circuit c http://host:80 was isolated by hand on another instance; reason: maintenance. Calls are rejected for 60 s.",
            Assert.Single(_rig.Logs("CircuitIsolated")).Message);
    }

    [Fact]
    public void What_cannot_be_is_refused_without_an_exception()
    {
        Assert.False(Fleet.Open(_stranger, 1, RemoteOpening(7)));
        Assert.False(Fleet.Open(CircuitKey.FromClient("c"), 1, RemoteOpening(7)));
        Assert.False(Fleet.Open(_key, 1, RemoteOpening(0)));
        Assert.False(Fleet.Open(_key, 2, RemoteOpening(7)));
        Assert.False(Fleet.Close(_stranger, 1));
        Assert.False(Fleet.Isolate(_stranger, null, null));
        Assert.False(Fleet.Isolate(_key, TimeSpan.Zero, null));
        Assert.False(Fleet.Isolate(_key, TimeSpan.FromDays(366), null));
        Assert.False(Fleet.Reset(_stranger));
    }

    [Fact]
    public void A_disabled_circuit_does_not_open()
    {
        using var rig = new RegistryRig(options => options.Mode = CircuitBreakerMode.Disabled);

        Assert.False(rig.Service<ICircuitBackplaneReceiver>().Open(_key, 1, RemoteOpening(7)));
    }

    [Fact]
    public void An_evicted_circuit_is_looked_up_again()
    {
        using var rig = new RegistryRig(options => options.MaxCircuits = 1);
        var fleet = rig.Service<ICircuitBackplaneReceiver>();
        fleet.Open(_key, 1, RemoteOpening(7));
        Assert.False(fleet.Open(RegistryRig.KeyOf("http://other/"), 1, RemoteOpening(7)));

        fleet.Close(_key, 2);
        Assert.True(fleet.Open(RegistryRig.KeyOf("http://other/"), 1, RemoteOpening(7)));
        Assert.Null(rig.Registry.Find(_key));
    }

    [Fact]
    public async Task The_leases_of_the_container_are_asked()
    {
        var leases = new CircuitLeases();
        using var rig = new RegistryRig(["c"], add: services => services.AddSingleton<IProbeLeases>(leases));
        await rig.OpenAsync(Url);
        await rig.GetAsync(Url);
        Assert.Empty(leases.Asked);

        rig.Time.Advance(TimeSpan.FromMinutes(1));
        await rig.GetAsync(Url);

        Assert.Equal(_key, Assert.Single(leases.Asked).Key);
        Assert.Equal(CircuitState.Open, rig.Circuit(Url).State);
    }

    public void Dispose() => _rig.Dispose();

    private ICircuitBackplaneReceiver Fleet => _rig.Service<ICircuitBackplaneReceiver>();

    private static RemoteOpening RemoteOpening(double seconds) => new(TimeSpan.FromSeconds(seconds), 4, "timeout");
}
