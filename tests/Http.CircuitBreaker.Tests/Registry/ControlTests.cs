using Http.CircuitBreaker.Tests.Support;

namespace Http.CircuitBreaker.Tests.Registry;

public sealed class ControlTests
{
    private const string Url = "http://host/";
    private static readonly CircuitKey _key = RegistryRig.KeyOf(Url);

    [Fact]
    public async Task Isolated_circuit_rejects_calls_until_a_reset_which_also_clears_its_counts()
    {
        using var rig = new RegistryRig(["c"]);
        await rig.GetAsync(Url);

        rig.Registry.Isolate(_key, reason: "maintenance");
        rig.Time.Advance(TimeSpan.FromDays(300));

        Assert.True((await rig.GetAsync(Url)).IsCircuitOpen());
        Assert.Equal((CircuitState.Isolated, null, "maintenance"), (rig.Circuit(Url).State, rig.Circuit(Url).Until, rig.Circuit(Url).IsolationReason));
        Assert.True(rig.Registry.Reset(_key));
        Assert.False((await rig.GetAsync(Url)).IsCircuitOpen());
        Assert.Equal((CircuitState.Closed, 1, null), (rig.Circuit(Url).State, rig.Circuit(Url).Total, rig.Circuit(Url).IsolationReason));
    }

    [Fact]
    public async Task Circuit_can_be_isolated_before_its_first_call()
    {
        using var rig = new RegistryRig(["c"]);
        Assert.Null(rig.Registry.Find(_key));

        rig.Registry.Isolate(_key);

        Assert.True((await rig.GetAsync(Url)).IsCircuitOpen());
        Assert.Equal(0, rig.Inner.Calls);
    }

    [Fact]
    public async Task Next_call_after_a_timed_isolation_is_a_probe()
    {
        using var rig = new RegistryRig(["c"]);
        rig.Registry.Isolate(_key, TimeSpan.FromMinutes(10));
        rig.Time.Advance(TimeSpan.FromMinutes(10) - TimeSpan.FromMilliseconds(1));
        Assert.True((await rig.GetAsync(Url)).IsCircuitOpen());

        rig.Time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.False((await rig.GetAsync(Url)).IsCircuitOpen());
        Assert.Equal(CircuitState.Closed, rig.Circuit(Url).State);
    }

    [Fact]
    public void Isolating_again_replaces_the_end_time_and_the_reason()
    {
        using var rig = new RegistryRig(["c"]);
        rig.Registry.Isolate(_key, TimeSpan.FromMinutes(10), "first");
        rig.Registry.Isolate(_key, reason: "second");

        Assert.Equal((null, "second"), (rig.Circuit(Url).Until, rig.Circuit(Url).IsolationReason));
    }

    [Theory]
    [InlineData(CircuitScope.Host)]
    [InlineData(CircuitScope.Client)]
    public async Task Key_of_an_origin_finds_the_circuit_of_its_host_or_client(CircuitScope scope)
    {
        using var rig = new RegistryRig(options => options.Scope = scope);

        rig.Registry.Isolate(_key);

        Assert.True((await rig.GetAsync(Url)).IsCircuitOpen());
        Assert.Equal(CircuitState.Isolated, rig.Registry.Find(_key)!.State);
        Assert.True(rig.Registry.Reset(_key));
    }

    [Fact]
    public async Task Named_circuit_can_be_isolated_and_reset_by_its_name()
    {
        using var rig = new RegistryRig(options => options.CircuitName = _ => "eu");

        rig.Registry.Isolate(CircuitKey.FromName("c", "eu"));

        Assert.True((await rig.GetAsync(Url)).IsCircuitOpen());
        Assert.True(rig.Registry.Reset(CircuitKey.FromName("c", "eu")));
        Assert.False((await rig.GetAsync(Url)).IsCircuitOpen());
    }

    [Fact]
    public void Isolating_a_client_without_a_circuit_breaker_throws()
    {
        using var rig = new RegistryRig(["c"]);

        var exception = Assert.Throws<ArgumentException>(() => rig.Registry.Isolate(RegistryRig.KeyOf(Url, "unknown")));

        Assert.StartsWith("Client 'unknown' has no circuit breaker;", exception.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => rig.Registry.Isolate(default));
        Assert.Empty(rig.Registry.GetSnapshots());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(365L * 24 * 3600 * 1000 + 1)]
    public void Isolation_duration_must_be_positive_and_at_most_a_year(long milliseconds)
    {
        using var rig = new RegistryRig(["c"]);

        Assert.Throws<ArgumentOutOfRangeException>(() => rig.Registry.Isolate(_key, TimeSpan.FromMilliseconds(milliseconds)));
        Assert.Null(rig.Registry.Find(_key));
        rig.Registry.Isolate(_key, TimeSpan.FromDays(365));
        rig.Registry.Isolate(_key, TimeSpan.FromMilliseconds(1));
    }

    [Fact]
    public async Task Find_and_Reset_do_not_create_circuits()
    {
        using var rig = new RegistryRig(["c"]);
        await rig.GetAsync(Url);

        foreach (var key in (CircuitKey[])[RegistryRig.KeyOf("http://other/"), RegistryRig.KeyOf(Url, "unknown"), default])
        {
            Assert.Null(rig.Registry.Find(key));
            Assert.False(rig.Registry.Reset(key));
        }

        Assert.Equal(_key, Assert.Single(rig.Registry.GetSnapshots()).Key);
    }

    [Fact]
    public async Task Late_result_changes_only_the_totals_of_an_isolated_circuit()
    {
        using var rig = new RegistryRig(options => options.ConsecutiveFailures = 1);
        var late = new TaskCompletionSource<HttpResponseMessage>();
        rig.Answer = (_, _) => late.Task;
        var sending = rig.GetAsync(Url);
        rig.Registry.Isolate(_key);

        late.SetResult(new HttpResponseMessage(System.Net.HttpStatusCode.InternalServerError));
        await sending;

        Assert.Equal((CircuitState.Isolated, 1, 0), (rig.Circuit(Url).State, rig.Circuit(Url).TotalFailed, rig.Circuit(Url).InFlight));
    }
}
