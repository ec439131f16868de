using System.Net;
using Http.CircuitBreaker.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Http.CircuitBreaker.Tests.Registry;

/// <summary>Circuits that receive no calls after their break, for example because their pod was replaced.</summary>
public sealed class GoneCircuitTests
{
    private const string Url = "http://host/";

    [Fact]
    public async Task Open_circuit_is_no_longer_listed_after_an_hour_without_calls()
    {
        using var rig = new RegistryRig(["c"]);
        await rig.OpenAsync(Url);
        await rig.GetAsync("http://other/");
        rig.Time.Advance(TimeSpan.FromHours(1));

        Assert.Equal("other", Assert.Single(rig.Registry.GetSnapshots()).Key.Host);
        Assert.Null(rig.Registry.Find(RegistryRig.KeyOf(Url)));
    }

    [Theory]
    [InlineData(60, 30, 65_000, true)]
    [InlineData(60, 30, 65_001, false)]
    [InlineData(60, 120, 125_000, true)]
    [InlineData(60, 120, 125_001, false)]
    public async Task Open_circuit_is_listed_for_the_longer_of_MaxBreakDuration_and_SamplingDuration_after_its_break(
        int maxBreak, int sampling, int milliseconds, bool isShown)
    {
        using var rig = new RegistryRig(options =>
            (options.MaxBreakDuration, options.SamplingDuration) = (TimeSpan.FromSeconds(maxBreak), TimeSpan.FromSeconds(sampling)));
        await rig.OpenAsync(Url);
        rig.Time.Advance(TimeSpan.FromMilliseconds(milliseconds));

        Assert.Equal(isShown, rig.Registry.Find(RegistryRig.KeyOf(Url)) is { State: CircuitState.Open, ProbeDue: true });
    }

    [Fact]
    public async Task Next_call_to_an_open_circuit_that_is_no_longer_listed_is_a_probe()
    {
        var changes = new List<CircuitStateChange>();
        using var rig = new RegistryRig(options => options.OnStateChange = changes.Add);
        await rig.OpenAsync(Url);
        rig.Time.Advance(TimeSpan.FromHours(1));
        rig.AnswerWith(HttpStatusCode.InternalServerError);
        await rig.GetAsync(Url);

        var circuit = rig.Circuit(Url);
        Assert.Equal((CircuitState.Open, 2), (circuit.State, circuit.ConsecutiveOpenings));
        Assert.Equal([CircuitState.Open, CircuitState.HalfOpen, CircuitState.Open], changes.Select(change => change.State));
        Assert.Equal(TimeSpan.FromSeconds(65), changes[1].PreviousDuration);
    }

    [Fact]
    public async Task Half_open_circuit_is_no_longer_listed_after_an_hour_without_calls()
    {
        using var rig = new RegistryRig(["c"]);
        await HalfOpenAsync(rig);
        rig.Time.Advance(TimeSpan.FromHours(1));

        Assert.Empty(rig.Registry.GetSnapshots());
        await rig.GetAsync(Url);
        Assert.Equal(CircuitState.Closed, rig.Circuit(Url).State);
    }

    [Fact]
    public async Task Half_open_circuit_with_recent_calls_stays_listed()
    {
        using var rig = new RegistryRig(["c"]);
        await rig.OpenAsync(Url);
        rig.Time.Advance(TimeSpan.FromSeconds(5));
        for (var i = 0; i < 10; i++)
        {
            await CancelAsync(rig);
            rig.Time.Advance(TimeSpan.FromSeconds(50));

            Assert.Equal(CircuitState.HalfOpen, rig.Circuit(Url).State);
        }
    }

    [Theory]
    [InlineData(120, true)]
    [InlineData(121, false)]
    public async Task Half_open_circuit_stays_listed_until_MaxBreakDuration_after_its_last_probe_timed_out(int seconds, bool isShown)
    {
        using var rig = new RegistryRig(options => options.UnresponsiveDetection = UnresponsiveDetection.Off);
        await rig.OpenAsync(Url);
        rig.Time.Advance(TimeSpan.FromSeconds(5));
        rig.Answer = HandlerAnswers.HangAsync;
        _ = rig.GetAsync(Url);
        rig.Time.Advance(TimeSpan.FromSeconds(seconds));

        Assert.Equal(isShown, rig.Registry.Find(RegistryRig.KeyOf(Url)) is { State: CircuitState.HalfOpen });
    }

    [Fact]
    public async Task Indefinitely_isolated_circuit_stays_isolated_and_listed()
    {
        using var rig = new RegistryRig(["c"]);
        rig.Registry.Isolate(RegistryRig.KeyOf(Url));
        rig.Registry.Isolate(RegistryRig.KeyOf("http://until-tomorrow/"), TimeSpan.FromDays(1));
        rig.Registry.Isolate(RegistryRig.KeyOf("http://until-noon/"), TimeSpan.FromMinutes(10));
        rig.Time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(["host", "until-tomorrow"], Isolated(rig));

        rig.Time.Advance(TimeSpan.FromDays(300));
        Assert.Equal(["host"], Isolated(rig));
        Assert.True((await rig.GetAsync(Url)).IsCircuitOpen());
    }

    [Fact]
    public async Task Circuit_that_is_no_longer_listed_can_be_isolated_and_reset()
    {
        var changes = new List<CircuitStateChange>();
        using var rig = new RegistryRig(options => options.OnStateChange = changes.Add);
        await rig.OpenAsync(Url);
        await rig.OpenAsync("http://other/");
        rig.Time.Advance(TimeSpan.FromHours(1));
        rig.Registry.Isolate(RegistryRig.KeyOf(Url));
        Assert.True(rig.Registry.Reset(RegistryRig.KeyOf("http://other/")));

        Assert.Equal(CircuitState.Isolated, rig.Circuit(Url).State);
        Assert.Equal(CircuitState.Closed, rig.Circuit("http://other/").State);
        Assert.Equal((CircuitState.Closed, CircuitState.Isolated), (changes[2].PreviousState, changes[2].State));
        Assert.Equal(10 + 10, rig.Circuits.Totals().Ended.Failed);
    }

    [Fact]
    public async Task Circuit_that_was_no_longer_listed_reappears_when_another_instance_opens_it()
    {
        using var rig = new RegistryRig(["c"]);
        await rig.OpenAsync(Url);
        rig.Time.Advance(TimeSpan.FromHours(1));
        var receiver = rig.Service<ICircuitBackplaneReceiver>();

        Assert.True(receiver.Open(RegistryRig.KeyOf(Url), epoch: 1, new RemoteOpening(TimeSpan.FromSeconds(3), 2, "503")));

        Assert.Equal((CircuitState.Open, 2), (rig.Circuit(Url).State, rig.Circuit(Url).RemoteInstances));
    }

    [Fact]
    public async Task Circuit_whose_calls_are_rejected_because_no_probe_lease_is_granted_stays_listed()
    {
        using var rig = new RegistryRig(["c"], add: services => services.AddSingleton<IProbeLeases>(new NoLeases()));
        await rig.OpenAsync(Url);
        for (var i = 0; i < 10; i++)
        {
            rig.Time.Advance(TimeSpan.FromSeconds(50));
            Assert.True((await rig.GetAsync(Url)).IsCircuitOpen());
        }

        Assert.Equal(CircuitState.Open, rig.Circuit(Url).State);
        rig.Time.Advance(TimeSpan.FromSeconds(61));
        Assert.Empty(rig.Registry.GetSnapshots());
    }

    [Fact]
    public async Task Circuit_that_is_hidden_from_snapshots_is_evicted_first()
    {
        using var rig = new RegistryRig(options => options.MaxCircuits = 2);
        await rig.OpenAsync("http://gone/");
        rig.Registry.Isolate(RegistryRig.KeyOf("http://isolated/"), TimeSpan.FromMinutes(1));
        rig.Time.Advance(TimeSpan.FromHours(1));
        await rig.GetAsync("http://one/");
        await rig.GetAsync("http://one/");
        await rig.GetAsync("http://two/");

        Assert.Equal(["one", "two"], rig.Registry.GetSnapshots().Select(circuit => circuit.Key.Host).Order());
        Assert.Equal((10, 3), (rig.Circuits.Totals().Ended.Failed, rig.Circuits.Totals().Ended.Succeeded));
    }

    private static async Task HalfOpenAsync(RegistryRig rig)
    {
        await rig.OpenAsync(Url);
        rig.Time.Advance(TimeSpan.FromSeconds(5));
        await CancelAsync(rig);
        Assert.Equal(CircuitState.HalfOpen, rig.Circuit(Url).State);
        rig.AnswerWith(HttpStatusCode.OK);
    }

    private static async Task CancelAsync(RegistryRig rig)
    {
        using var caller = new CancellationTokenSource();
        rig.Answer = HandlerAnswers.HangAsync;
        var call = rig.GetAsync(Url, caller.Token);
        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
    }

    private static IEnumerable<string?> Isolated(RegistryRig rig) =>
        rig.Registry.GetSnapshots().Where(circuit => circuit.State == CircuitState.Isolated).Select(circuit => circuit.Key.Host).Order();

    private sealed class NoLeases : IProbeLeases
    {
        public bool TryLease(in ProbeRequest request, out string? token)
        {
            token = null;
            return false;
        }

        public void Settle(CircuitKey key, string token, CircuitOutcome outcome, TimeSpan breakDuration)
        {
        }
    }
}
