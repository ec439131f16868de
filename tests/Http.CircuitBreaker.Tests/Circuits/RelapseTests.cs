using Http.CircuitBreaker.Circuits;
using Http.CircuitBreaker.Tests.Support;
using static Http.CircuitBreaker.CircuitState;

namespace Http.CircuitBreaker.Tests.Circuits;

/// <summary>When a recovery goes step by step because the last one was too fast.</summary>
public sealed class RelapseTests
{
    private readonly CircuitHarness _circuit = new(
        s => s with { RecoveryRamp = RecoveryRamp.AfterRelapse, RecoveryDuration = 20_000, MaxBreakDuration = 30_000 });

    [Fact]
    public void The_first_recovery_closes_at_once() => _circuit.OpenUntilProbe().Succeed().Is(Closed);

    [Fact]
    public void After_a_host_fell_soon_after_its_recovery_the_next_goes_step_by_step()
    {
        Relapse("SSSSFFFF", 9.9);

        _circuit.WaitForBreakEnd().Succeed().Is(HalfOpen).Succeed().Reject();
    }

    [Theory]
    [InlineData("SSSSFFFF", 10)] // too late to be the load
    [InlineData("FSSF", 0)] // it fails now and then
    [InlineData("FFFF", 0)] // it was never back
    public void Other_failures_are_no_relapse(string calls, double seconds)
    {
        Relapse(calls, seconds);

        _circuit.WaitForBreakEnd().Succeed().Is(Closed);
    }

    [Fact]
    public void A_host_that_has_answered_well_between_its_failures_has_no_relapse_until_it_was_healthy_again()
    {
        Relapse("FFSF", 0);
        _circuit.WaitForBreakEnd();
        CloseAndFall("SSSSFFFF");
        _circuit.WaitForBreakEnd().Succeed().Is(Closed);

        _circuit.Succeed(4).Wait(10).Fail(4).Is(Open).WaitForBreakEnd();
        CloseAndFall("SSSSFFFF");
        _circuit.WaitForBreakEnd().Succeed().Is(HalfOpen);
    }

    [Theory]
    [InlineData("SFFSFF", HalfOpen)] // half of them had none after them
    [InlineData("SFFFSSFF", Closed)] // three of five had one
    public void That_is_if_most_of_them_had_a_success_after_them(string before, CircuitState state)
    {
        _circuit.Apply(s => s with { MinimumThroughput = before.Length });
        _circuit.Run(before).Is(Open);
        _circuit.Apply(s => s with { MinimumThroughput = 4 }).WaitForBreakEnd();
        CloseAndFall("SSSSFFFF");

        _circuit.WaitForBreakEnd().Succeed().Is(state);
    }

    [Fact]
    public void Calls_that_hang_are_no_failures_now_and_then()
    {
        _circuit.Apply(s => s with { SlowCallDuration = 1_000 }).Start(10);
        _circuit.Wait(2).Reject().Is(Open);
        _circuit.WaitForBreakEnd();
        CloseAndFall("SSSSFFFF");

        _circuit.WaitForBreakEnd().Succeed().Is(HalfOpen);
    }

    [Fact]
    public void A_reset_forgets_the_failures_now_and_then()
    {
        Relapse("FFSF", 0);
        _circuit.Reset().Fail(4).Is(Open).WaitForBreakEnd();
        CloseAndFall("SSSSFFFF");

        _circuit.WaitForBreakEnd().Succeed().Is(HalfOpen);
    }

    [Fact]
    public void An_outage_of_a_host_that_was_never_down_is_no_relapse()
    {
        _circuit.Run("SSSSFFFF").Is(Open);

        _circuit.WaitForBreakEnd().Succeed().Is(Closed);
    }

    [Fact]
    public void Overdue_calls_are_a_relapse_too()
    {
        _circuit.Apply(s => s with { SlowCallDuration = 1_000 }).OpenUntilProbe().Succeed().Succeed(2).Start(10);
        _circuit.Wait(2).Reject().Is(Open);

        _circuit.WaitForBreakEnd().Succeed().Is(HalfOpen);
    }

    [Fact]
    public void A_recovery_that_failed_after_its_first_step_is_followed_by_another()
    {
        Relapse("SSSSFFFF", 0);
        _circuit.WaitForBreakEnd().Succeed().Succeed().Wait(2).Fail(2).Is(Open);

        _circuit.WaitForBreakEnd().Succeed().Is(HalfOpen);
    }

    [Fact]
    public void One_that_failed_at_its_first_step_shows_that_it_is_not_the_load()
    {
        Relapse("SSSSFFFF", 0);
        _circuit.WaitForBreakEnd().Succeed().Fail().Is(Open);

        _circuit.WaitForBreakEnd().Succeed().Is(Closed);
    }

    [Fact]
    public void However_far_it_came_before_it_fell()
    {
        Relapse("SSSSFFFF", 0);
        _circuit.WaitForBreakEnd().Succeed().Succeed().Wait(2).Succeed().Wait(2).Fail(3).Is(Open);

        _circuit.WaitForBreakEnd().Succeed().Is(HalfOpen);
    }

    [Fact]
    public void However_often_a_step_began_anew()
    {
        Relapse("SSSSFFFF", 0);
        _circuit.WaitForBreakEnd().Succeed().Succeed().Wait(2).Ignore().Wait(2).Fail(2).Is(Open);

        _circuit.WaitForBreakEnd().Succeed().Is(HalfOpen);
    }

    [Fact]
    public void A_first_step_that_began_anew_is_still_the_first()
    {
        Relapse("SSSSFFFF", 0);
        _circuit.WaitForBreakEnd().Succeed().Ignore().Wait(2).Ignore().Wait(2).Fail().Is(Open);

        _circuit.WaitForBreakEnd().Succeed().Is(Closed);
    }

    [Fact]
    public void Probes_that_fail_in_between_change_nothing()
    {
        Relapse("SSSSFFFF", 0);

        _circuit.WaitForBreakEnd().Fail().WaitForBreakEnd().Fail().WaitForBreakEnd().Succeed().Is(HalfOpen);
    }

    [Fact]
    public void The_fleets_verdict_leads_into_a_recovery_too_and_leaves_one_alone()
    {
        Relapse("SSSSFFFF", 0);

        Assert.True(_circuit.Circuit.TryCloseRemotely(_circuit.Circuit.Phase.Epoch, _circuit.Now));
        _circuit.Is(HalfOpen).Succeed().Reject();
        Assert.Equal(CircuitTransitionReason.Remote, _circuit.LastChange.Reason);
        Assert.False(_circuit.Circuit.TryCloseRemotely(_circuit.Circuit.Phase.Epoch, _circuit.Now));
        _circuit.Is(HalfOpen);
    }

    [Fact]
    public void The_fleets_verdict_opens_a_circuit_that_recovers()
    {
        Relapse("SSSSFFFF", 0);
        _circuit.WaitForBreakEnd().Succeed().Is(HalfOpen).Succeed();
        var told = _circuit.LastChange.Epoch;

        var verdict = new Opening(CircuitTransitionReason.Remote, _circuit.Now, Duration: 5_000, RemoteInstances: 2);
        Assert.False(_circuit.Circuit.TryOpenRemotely(told - 1, _circuit.Now, verdict));
        Assert.True(_circuit.Circuit.TryOpenRemotely(told, _circuit.Now, verdict));
        _circuit.Is(Open);
    }

    [Fact]
    public void An_opening_by_the_fleets_verdict_says_nothing_about_the_load()
    {
        _circuit.OpenUntilProbe().Succeed().Succeed(4).Is(Closed);
        _circuit.Circuit.TryOpenRemotely(_circuit.Circuit.Phase.Epoch, _circuit.Now, new Opening(CircuitTransitionReason.Remote, _circuit.Now, Duration: 5_000, RemoteInstances: 2));

        _circuit.WaitForBreakEnd().Succeed().Is(Closed);
    }

    [Fact]
    public void A_reset_forgets_it()
    {
        Relapse("SSSSFFFF", 0);

        _circuit.Reset();
        _circuit.Circuit.TryOpenRemotely(_circuit.Circuit.Phase.Epoch, _circuit.Now, new Opening(CircuitTransitionReason.Remote, _circuit.Now, Duration: 5_000, RemoteInstances: 2));

        _circuit.WaitForBreakEnd().Succeed().Is(Closed);
    }

    // The second of the calls' halves comes after so many seconds.
    private void Relapse(string calls, double seconds)
    {
        _circuit.OpenUntilProbe();
        CloseAndFall(calls, seconds);
    }

    private void CloseAndFall(string calls, double seconds = 0) =>
        _circuit.Succeed().Is(Closed).Run(calls[..(calls.Length / 2)]).Wait(seconds).Run(calls[(calls.Length / 2)..]).Is(Open);
}
