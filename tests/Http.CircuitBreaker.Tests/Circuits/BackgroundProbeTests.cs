using Http.CircuitBreaker.Circuits;
using Http.CircuitBreaker.Tests.Support;
using static Http.CircuitBreaker.CircuitState;

namespace Http.CircuitBreaker.Tests.Circuits;

/// <summary>With background probes, ordinary calls never become probes.</summary>
public sealed class BackgroundProbeTests
{
    private readonly CircuitHarness _circuit = new(s => s with { ProbesInBackground = true, HalfOpenProbes = 3 });

    [Fact]
    public void After_the_break_a_background_probe_makes_the_circuit_half_open_while_calls_are_rejected()
    {
        _circuit.Fail(4).WaitForBreakEnd(less: 1);
        Assert.Null(TakeProbe());

        _circuit.Wait(0.001).Reject(10).Is(Open);

        Assert.NotNull(TakeProbe());
        _circuit.Is(HalfOpen);
    }

    [Fact]
    public void A_background_probe_ends_a_timed_isolation()
    {
        _circuit.Isolate(seconds: 5).Wait(5).Reject(10).Is(Isolated);

        Assert.NotNull(TakeProbe());
        _circuit.Is(HalfOpen);
    }

    [Fact]
    public void Background_probes_run_one_at_a_time_until_the_circuit_closes()
    {
        _circuit.OpenUntilProbe();
        for (var i = 0; i < 2; i++)
        {
            var probe = TakeProbe();
            Assert.NotNull(probe);
            Assert.Null(TakeProbe());
            _circuit.Reject(10).Is(HalfOpen);
            probe.Succeed();
            _ = i == 0 ? _circuit.Reject(10).Is(HalfOpen) : _circuit;
        }

        _circuit.Is(Closed).Succeed(10);
    }

    [Fact]
    public void Closed_circuit_does_not_admit_background_probes() => Assert.Null(TakeProbe());

    private CircuitCall? TakeProbe() =>
        _circuit.Circuit.TryAdmitProbe(_circuit.Now, out var permit) ? new CircuitCall(_circuit, permit) : null;
}
