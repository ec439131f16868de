using CsCheck;
using Http.CircuitBreaker.Circuits;
using Http.CircuitBreaker.Tests.Support;
using static Http.CircuitBreaker.CircuitState;

namespace Http.CircuitBreaker.Tests.Circuits;

public sealed class ObserveModeTests
{
    private readonly CircuitHarness _circuit = new(s => s with { Mode = CircuitBreakerMode.Observe });

    [Fact]
    public void Observe_mode_sends_all_calls_and_counts_those_it_would_have_rejected()
    {
        _circuit.Fail(4).Is(Open).Run("SSFX").Is(Open);

        Assert.Equal((4, 0), (_circuit.Snapshot.WouldHaveRejected, _circuit.Snapshot.Rejected));
        Assert.Equal((2, 5, 1), (_circuit.Snapshot.TotalSucceeded, _circuit.Snapshot.TotalFailed, _circuit.Snapshot.TotalIgnored));
    }

    [Theory]
    [InlineData('S')]
    [InlineData('F')]
    [InlineData('X')]
    public void Results_of_calls_that_would_have_been_rejected_are_ignored(char outcome)
    {
        _circuit.OpenUntilProbe().Start();

        _circuit.Run(new string(outcome, 10)).Is(HalfOpen);

        Assert.Equal((0, 10, 1), (_circuit.Snapshot.Total, _circuit.Snapshot.WouldHaveRejected, _circuit.Snapshot.InFlight));
    }

    [Fact]
    public void Observe_mode_admits_calls_while_isolated() => _circuit.Isolate().Fail(100).Is(Isolated);

    [Fact]
    public void Mode_change_applies_to_the_next_call()
    {
        _circuit.Fail(4).Succeed();
        _circuit.Apply(s => s with { Mode = CircuitBreakerMode.Enforce }).Reject();
        _circuit.Apply(s => s with { Mode = CircuitBreakerMode.Disabled });

        Assert.Equal(Admission.Bypassed, _circuit.TryStart(out _));
        Assert.Equal((Open, CircuitBreakerMode.Disabled), (_circuit.State, _circuit.Snapshot.Mode));
    }

    [Fact]
    public void Disabled_mode_bypasses_calls_without_counting()
    {
        var circuit = new CircuitHarness(s => s with { Mode = CircuitBreakerMode.Disabled });

        Assert.All(Enumerable.Range(0, 100), _ => Assert.Equal(Admission.Bypassed, circuit.TryStart(out var _)));

        Assert.Equal((Closed, 0, 0), (circuit.State, circuit.Snapshot.InFlight, circuit.Snapshot.Total));
    }

    [Fact]
    public void State_changes_are_the_same_in_Observe_mode_as_in_Enforce_mode() =>
        Gen.Select(Gen.Enum<CircuitOutcome>(), Gen.Int[0, 8]).Array[1, 200].Sample(calls =>
        {
            var (observe, enforce) = (Circuit(CircuitBreakerMode.Observe), Circuit(CircuitBreakerMode.Enforce));
            foreach (var (outcome, seconds) in calls)
            {
                observe.Wait(seconds).Start().End(outcome);
                if (enforce.Wait(seconds).TryStart(out var call) == Admission.Admitted)
                {
                    call.End(outcome);
                }
            }

            Assert.Equal(enforce.Changes, observe.Changes);
            Assert.Equal(enforce.Snapshot.Rejected, observe.Snapshot.WouldHaveRejected);
        });

    private static CircuitHarness Circuit(CircuitBreakerMode mode) => new(s => s with { Mode = mode, HalfOpenProbes = 2 });
}
