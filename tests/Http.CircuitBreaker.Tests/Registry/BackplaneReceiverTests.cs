using Http.CircuitBreaker.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Http.CircuitBreaker.Tests.Registry;

/// <summary>State changes that other instances apply to the registry.</summary>
public sealed class BackplaneReceiverTests : IDisposable
{
    private const string Url = "http://host/";
    private static readonly CircuitKey _key = RegistryRig.KeyOf(Url);
    private static readonly CircuitKey _unknown = RegistryRig.KeyOf(Url, "unknown");
    private readonly RegistryRig _rig = new(_ => { });

    [Fact]
    public async Task Opening_on_another_instance_creates_the_circuit_if_it_does_not_exist()
    {
        Assert.True(Receiver.Open(_key, 1, RemoteOpening(7)));

        Assert.Equal(503, (int)(await _rig.GetAsync(Url)).StatusCode);
        Assert.Equal(0, _rig.Inner.Calls);
        Assert.Equal((CircuitState.Open, 4), (_rig.Circuit(Url).State, _rig.Circuit(Url).RemoteInstances));
        Assert.Equal(
            "Circuit c http://host:80 opened: 4 other instances reported failures (timeout). Calls are rejected for 7 s, then one call is sent as a probe.",
            Assert.Single(_rig.Logs("CircuitOpenedRemotely")).Message);
    }

    [Fact]
    public void Retry_After_from_another_instance_may_exceed_the_local_MaxBreakDuration()
    {
        using var rig = new RegistryRig(options => (options.BreakDuration, options.MaxBreakDuration) = (TimeSpan.FromSeconds(1), null));

        rig.Service<ICircuitBackplaneReceiver>().Open(_key, 1, RemoteOpening(45));

        Assert.Equal(45, (rig.Circuit(Url).Until - rig.Circuit(Url).Since)!.Value.TotalSeconds);
    }

    [Fact]
    public void Break_from_another_instance_is_limited_by_the_local_settings()
    {
        Receiver.Open(_key, 1, RemoteOpening(1_000_000));

        Assert.Equal(60, (_rig.Circuit(Url).Until - _rig.Circuit(Url).Since)!.Value.TotalSeconds);
    }

    [Fact]
    public void Closing_isolation_and_reset_on_another_instance_are_applied_and_logged_as_remote()
    {
        Receiver.Open(_key, 1, RemoteOpening(7));
        Assert.True(Receiver.Close(_key, 2));
        Assert.True(Receiver.Isolate(_key, TimeSpan.FromMinutes(1), "maintenance"));
        Assert.Equal((CircuitState.Isolated, "maintenance"), (_rig.Circuit(Url).State, _rig.Circuit(Url).IsolationReason));
        Assert.True(Receiver.Reset(_key));

        Assert.Equal(CircuitState.Closed, _rig.Circuit(Url).State);
        Assert.Equal("Circuit c http://host:80 closed: another instance closed it. The outage lasted 0 s; rejected calls: 0.", _rig.Logs("CircuitClosed")[0].Message);
        Assert.Equal(
            "Circuit c http://host:80 was isolated by hand on another instance; reason: maintenance. Calls are rejected for 60 s, then one call is sent as a probe.",
            Assert.Single(_rig.Logs("CircuitIsolated")).Message);
    }

    [Fact]
    public void Changes_from_another_instance_that_cannot_be_applied_return_false()
    {
        Assert.False(Receiver.Open(_unknown, 1, RemoteOpening(7)));
        Assert.False(Receiver.Open(CircuitKey.FromClient("c"), 1, RemoteOpening(7)));
        Assert.False(Receiver.Open(_key, 1, RemoteOpening(0)));
        Assert.False(Receiver.Open(_key, 2, RemoteOpening(7)));
        Assert.False(Receiver.Close(_unknown, 1));
        Assert.False(Receiver.Isolate(_unknown, null, null));
        Assert.False(Receiver.Isolate(_key, TimeSpan.Zero, null));
        Assert.False(Receiver.Isolate(_key, TimeSpan.FromDays(366), null));
        Assert.False(Receiver.Reset(_unknown));
    }

    [Fact]
    public void With_client_defaults_changes_from_another_instance_apply_only_to_clients_in_use()
    {
        var services = new ServiceCollection();
        services.ConfigureHttpClientDefaults(client => client.AddCircuitBreaker());
        using var provider = services.BuildServiceProvider();
        var (receiver, registry) = (provider.GetRequiredService<ICircuitBackplaneReceiver>(), provider.GetRequiredService<ICircuitRegistry>());

        Assert.True(receiver.Covers("c"));
        Assert.False(receiver.Isolate(_key, null, null));
        Assert.False(receiver.Open(_key, 1, RemoteOpening(7)));
        Assert.Empty(registry.GetSnapshots());

        // A client that is used on this instance is known.
        using var client = provider.GetRequiredService<IHttpClientFactory>().CreateClient("c");
        Assert.True(receiver.Isolate(_key, null, null));
    }

    [Fact]
    public void Receiver_accepts_changes_only_for_clients_with_a_circuit_breaker()
    {
        Assert.True(Receiver.Covers("c"));
        Assert.False(Receiver.Covers("unknown"));
    }

    [Fact]
    public void Disabled_circuit_cannot_be_opened_by_another_instance()
    {
        using var rig = new RegistryRig(options => options.Mode = CircuitBreakerMode.Disabled);

        Assert.False(rig.Service<ICircuitBackplaneReceiver>().Open(_key, 1, RemoteOpening(7)));
    }

    [Fact]
    public void Opening_on_another_instance_can_evict_a_closed_circuit_but_not_an_open_one()
    {
        using var rig = new RegistryRig(options => options.MaxCircuits = 1);
        var receiver = rig.Service<ICircuitBackplaneReceiver>();
        receiver.Open(_key, 1, RemoteOpening(7));
        Assert.False(receiver.Open(RegistryRig.KeyOf("http://other/"), 1, RemoteOpening(7)));

        receiver.Close(_key, 2);
        Assert.True(receiver.Open(RegistryRig.KeyOf("http://other/"), 1, RemoteOpening(7)));
        Assert.Null(rig.Registry.Find(_key));
    }

    [Fact]
    public async Task IProbeLeases_service_from_the_container_is_used()
    {
        var leases = new CircuitLeases();
        using var rig = new RegistryRig(["c"], add: services => services.AddSingleton<IProbeLeases>(leases));
        await rig.OpenAsync(Url);
        await rig.GetAsync(Url);
        Assert.Empty(leases.Requests);

        rig.Time.Advance(TimeSpan.FromMinutes(1));
        await rig.GetAsync(Url);

        Assert.Equal(_key, Assert.Single(leases.Requests).Key);
        Assert.Equal(CircuitState.Open, rig.Circuit(Url).State);
    }

    public void Dispose() => _rig.Dispose();

    private ICircuitBackplaneReceiver Receiver => _rig.Service<ICircuitBackplaneReceiver>();

    private static RemoteOpening RemoteOpening(double seconds) => new(TimeSpan.FromSeconds(seconds), 4, "timeout");
}
