using Http.CircuitBreaker.Circuits;
using Http.CircuitBreaker.Tests.Support;
using static Http.CircuitBreaker.CircuitState;

namespace Http.CircuitBreaker.Tests.Circuits;

/// <summary>Where probes are requests of their own, no call that arrives is one.</summary>
public sealed class BackgroundProbeTests
{
    private readonly CircuitHarness _circuit = new(s => s with { ProbesInBackground = true, HalfOpenProbes = 3 });

    [Fact]
    public void A_break_is_ended_by_the_first_probe_and_by_no_call()
    {
        _circuit.Fail(4).WaitForBreakEnd(less: 1);
        Assert.Null(TakeProbe());

        _circuit.Wait(0.001).Reject(10).Is(Open);

        Assert.NotNull(TakeProbe());
        _circuit.Is(HalfOpen);
    }

    [Fact]
    public void A_timed_isolation_too()
    {
        _circuit.Isolate(seconds: 5).Wait(5).Reject(10).Is(Isolated);

        Assert.NotNull(TakeProbe());
        _circuit.Is(HalfOpen);
    }

    [Fact]
    public void One_is_under_way_at_a_time_until_there_are_enough()
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
    public void A_closed_circuit_needs_none() => Assert.Null(TakeProbe());

    private CircuitCall? TakeProbe() => _circuit.Circuit.TryAdmitProbe(_circuit.Now, out var permit) ? new CircuitCall(_circuit, permit) : null;
}
