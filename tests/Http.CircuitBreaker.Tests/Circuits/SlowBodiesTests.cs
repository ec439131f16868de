using Http.CircuitBreaker.Circuits;
using Http.CircuitBreaker.Configuration;
using Http.CircuitBreaker.Tests.Support;

namespace Http.CircuitBreaker.Tests.Circuits;

/// <summary>Default options and response bodies that take seconds to arrive.</summary>
public sealed class SlowBodiesTests
{
    private readonly CircuitHarness _circuit = new(_ => HostSettings.From(new CircuitBreakerOptions()));

    [Fact]
    public void Slow_bodies_and_some_429_responses_do_not_open_the_circuit() =>
        Assert.Equal(0, CountRejected(calls: 500, perSecond: 25, bodySeconds: 6, failEvery: 7));

    [Fact]
    public void Slow_bodies_at_a_high_request_rate_do_not_open_the_circuit() =>
        Assert.Equal(0, CountRejected(calls: 6_000, perSecond: 100, bodySeconds: 20, failEvery: 100));

    [Fact]
    public void Responses_that_are_never_disposed_do_not_open_the_circuit() =>
        Assert.Equal(0, CountRejected(calls: 500, perSecond: 25, bodySeconds: null, failEvery: 7));

    [Fact]
    public void Ten_consecutive_body_failures_one_per_minute_open_the_circuit()
    {
        for (var i = 1; i <= 10; i++)
        {
            Assert.Equal(CircuitState.Closed, _circuit.State);
            _circuit.Start().EndInBody(CircuitOutcome.Failure);
            _circuit.Wait(60);
        }

        Assert.Equal(CircuitTransitionReason.ConsecutiveFailures, Assert.Single(_circuit.Changes).Reason);
    }

    [Fact]
    public void Header_failures_and_body_failures_are_counted_separately()
    {
        for (var i = 0; i < 20; i++)
        {
            _circuit.Start().EndInBody(i % 2 == 0 ? CircuitOutcome.Failure : CircuitOutcome.Success);
            _circuit.Start().EndHeaders();
            _circuit.Wait(60);
        }

        Assert.Equal(CircuitState.Closed, _circuit.State);
    }

    // Each body ends bodySeconds of virtual time after its headers, or never if null.
    private int CountRejected(int calls, int perSecond, double? bodySeconds, int failEvery)
    {
        var bodies = new Queue<(long EndsAt, CircuitCall Call)>();
        var rejected = 0;
        for (var i = 1; i <= calls; i++)
        {
            while (bodies.TryPeek(out var body) && body.EndsAt <= _circuit.Now)
            {
                bodies.Dequeue().Call.EndBody(CircuitOutcome.Success);
            }

            if (_circuit.TryStart(out var call) != Admission.Admitted)
            {
                rejected++;
            }
            else if (i % failEvery == 0)
            {
                call.Fail("429");
            }
            else
            {
                call.EndHeaders();
                if (bodySeconds is { } seconds)
                {
                    bodies.Enqueue((_circuit.Now + (long)(seconds * 1000), call));
                }
            }

            _circuit.Wait(1.0 / perSecond);
        }

        return rejected;
    }
}
