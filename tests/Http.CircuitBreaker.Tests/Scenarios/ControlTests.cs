using Http.CircuitBreaker.Circuits;
using Http.CircuitBreaker.Tests.Support;
using static Http.CircuitBreaker.CircuitState;

namespace Http.CircuitBreaker.Tests.Scenarios;

/// <summary>Scenarios 24, 26 and 27: by hand, by reload, and as a dry run.</summary>
public sealed class ControlTests
{
    [Fact]
    public void An_isolated_circuit_rejects_until_it_is_reset()
    {
        var circuit = new Scenario().Calls("F F F");
        circuit.Circuit.TryIsolate(circuit.Now, null, "maintenance");

        circuit.After(1e6).Calls("R").Is(Isolated);
        Assert.Equal((null, "maintenance", false), (circuit.Snapshot.Until, circuit.Snapshot.IsolationNote, circuit.Snapshot.ProbeDue));

        circuit.Circuit.TryReset(circuit.Now);
        circuit.Is(Closed).Calls("F F F").Is(Closed);
    }

    [Fact]
    public void A_timed_isolation_ends_with_a_probe()
    {
        var circuit = new Scenario();
        circuit.Circuit.TryIsolate(circuit.Now, 10_000, null);

        circuit.After(9.999).Calls("R").After(0.001).Calls("S").Is(Closed);
        Assert.Equal(["Closed -> Isolated", "Isolated -> HalfOpen", "HalfOpen -> Closed"], circuit.Path);
    }

    [Fact]
    public void Isolating_again_replaces_end_and_note_without_an_event()
    {
        var circuit = new Scenario();
        circuit.Circuit.TryIsolate(circuit.Now, 10_000, "first");
        var since = circuit.Snapshot.Since;
        circuit.After(5);
        circuit.Circuit.TryIsolate(circuit.Now, 60_000, "second");

        circuit.After(59).Calls("R").Is(Isolated);
        Assert.Equal(("second", since), (circuit.Snapshot.IsolationNote, circuit.Snapshot.Since));
        Assert.Single(circuit.Changes);
    }

    [Theory]
    [InlineData('S')]
    [InlineData('F')]
    public void Late_results_change_nothing_while_isolated(char end)
    {
        var circuit = new Scenario();
        var late = circuit.Start(8);
        circuit.Circuit.TryIsolate(circuit.Now, null, null);

        Assert.All(late, permit => circuit.End(permit, end).Is(Isolated));
    }

    [Fact]
    public void Isolating_keeps_the_openings_in_a_row_and_resetting_clears_them()
    {
        var circuit = new Scenario().Calls("F F F F");
        circuit.Circuit.TryIsolate(circuit.Now, 1_000, null);
        circuit.After(1).Calls("F");
        Assert.Equal(2, circuit.Snapshot.OpeningsInARow);

        circuit.Circuit.TryReset(circuit.Now);
        circuit.Calls("F F F F");
        Assert.Equal(1, circuit.Snapshot.OpeningsInARow);
    }

    [Fact]
    public void Resetting_a_closed_circuit_starts_fresh_without_an_event()
    {
        var circuit = new Scenario().Calls("F F F");

        circuit.Circuit.TryReset(circuit.Now);

        circuit.Calls("F F F").Is(Closed);
        Assert.Empty(circuit.Changes);
    }

    [Fact]
    public void New_settings_leave_a_running_break_alone_and_hold_for_the_next_decision()
    {
        var circuit = new Scenario().Calls("F F F F").After(10);
        circuit.Circuit.Apply(Scenario.Defaults with { BreakDuration = 1_000, MinimumThroughput = 2 }, circuit.Now);

        circuit.After(19.999).Calls("R").After(0.001).Calls("S").Is(Closed).Calls("F").Is(Closed).Calls("F").Is(Open);
        Assert.Equal(TimeSpan.FromSeconds(2), circuit.Changes[^1].BreakDuration);
    }

    [Fact]
    public void A_half_open_circuit_keeps_the_number_of_probes_that_it_began_with()
    {
        var circuit = new Scenario().Calls("F F F F").After(30);
        var probe = circuit.Start();
        circuit.Circuit.Apply(Scenario.Defaults with { HalfOpenProbes = 5 }, circuit.Now);

        circuit.Calls("R").End(probe, 'S').Is(Closed);
    }

    [Fact]
    public void A_changed_window_starts_empty_and_forgets_no_account()
    {
        var circuit = new Scenario().Calls("F F F");
        circuit.Circuit.Apply(Scenario.Defaults with { SamplingDuration = 60_000, SlowCallDuration = 1_000 }, circuit.Now);
        Assert.Equal((0, 3), (circuit.Snapshot.Total, circuit.Snapshot.TotalFailed));

        circuit.Calls("F F F").After(40).Is(Closed).Calls("F").Is(Open);
    }

    [Fact]
    public void Observing_lets_every_call_through_and_makes_the_transitions_of_enforcing()
    {
        var circuit = new Scenario(s => s with { Mode = CircuitBreakerMode.Observe }).Calls("F F F F").Is(Open);

        circuit.Calls("F S S F X").Is(Open).After(30);
        var probe = circuit.Start();
        circuit.Calls("F F F F").Is(HalfOpen).End(probe, 'S').Is(Closed);

        var snapshot = circuit.Snapshot;
        Assert.Equal((0, 9), (snapshot.Rejected, snapshot.WouldHaveRejected));
        Assert.Equal((3, 10, 1, 0), (snapshot.TotalSucceeded, snapshot.TotalFailed, snapshot.TotalIgnored, snapshot.InFlight));
        Assert.Equal(["Closed -> Open", "Open -> HalfOpen", "HalfOpen -> Closed"], circuit.Path);
    }

    [Fact]
    public void A_disabled_circuit_passes_everything_and_counts_nothing()
    {
        var circuit = new Scenario(s => s with { Mode = CircuitBreakerMode.Disabled });

        Assert.Equal(Admission.Bypassed, circuit.Circuit.TryAdmit(circuit.Now, out _));
        Assert.Equal(0, circuit.Snapshot.InFlight);
    }

    [Fact]
    public void A_change_of_mode_holds_from_the_next_admission()
    {
        var circuit = new Scenario().Calls("F F F F").Calls("R");
        circuit.Circuit.Apply(Scenario.Defaults with { Mode = CircuitBreakerMode.Observe }, circuit.Now);
        circuit.Calls("S").Is(Open);
        circuit.Circuit.Apply(Scenario.Defaults, circuit.Now);
        circuit.Calls("R").Is(Open);
    }
}
