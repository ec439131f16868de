using System.Collections.Concurrent;
using CsCheck;
using Http.CircuitBreaker.Tests.Support;

namespace Http.CircuitBreaker.Tests.Models;

/// <summary>Whatever threads do to a circuit at once, some order of the same operations, one after the other, must explain the result.</summary>
public sealed class LinearizabilityTests
{
    // An operation has to be one step: calls are started beforehand, and only end here; others start here, and never end.
    private static readonly GenOperation<Running>[] _operations =
    [
        Operation("a call fails", running => running.End(CircuitOutcome.Failure)),
        Operation("another call fails", running => running.End(CircuitOutcome.Failure)),
        Operation("a call succeeds", running => running.End(CircuitOutcome.Success)),
        Operation("a call is ignored", running => running.End(CircuitOutcome.Ignored)),
        Operation("a call starts", running => running.Circuit.TryStart(out _)),
        Operation("isolate", running => running.Circuit.Isolate()),
        Operation("reset", running => running.Circuit.Reset()),
        Operation("reload", running => running.Circuit.Apply(settings => settings with { MinimumThroughput = 2 })),
    ];

    [Fact]
    public void Operations_on_a_closed_circuit_have_a_sequential_explanation() =>
        Gen.Int[1, 4].Select(row => Running.Closed(row)).SampleParallel(_operations, equal: AreAlike, print: running => running.ToString(), iter: 250);

    [Fact]
    public void Operations_on_a_half_open_circuit_have_a_sequential_explanation() =>
        Gen.Int[2, 5].Select(probes => Running.HalfOpen(probes)).SampleParallel(_operations, equal: AreAlike, print: running => running.ToString(), iter: 250);

    private static GenOperation<Running> Operation(string name, Action<Running> operation) => Gen.Operation(name, operation);

    private static bool AreAlike(Running left, Running right) => left.ToString() == right.ToString();

    private sealed class Running(CircuitHarness circuit, IEnumerable<CircuitCall> calls)
    {
        private readonly ConcurrentQueue<CircuitCall> _calls = new(calls);

        public CircuitHarness Circuit => circuit;

        public static Running Closed(int failuresInARow)
        {
            var circuit = new CircuitHarness(s => s with { ConsecutiveFailures = failuresInARow, MinimumThroughput = 3 });
            return new Running(circuit, circuit.Start(8));
        }

        public static Running HalfOpen(int probes)
        {
            var circuit = new CircuitHarness(s => s with { HalfOpenProbes = probes }).OpenUntilProbe();
            return new Running(circuit, circuit.Start(probes - 1));
        }

        public void End(CircuitOutcome outcome)
        {
            if (_calls.TryDequeue(out var call))
            {
                call.End(outcome);
            }
        }

        public override string ToString()
        {
            var s = circuit.Snapshot;
            return $"{s.State}: {s.Failed} of {s.Total}; {s.TotalSucceeded} S, {s.TotalFailed} F, {s.TotalIgnored} X, {s.Rejected} R, "
                + $"{s.InFlight} in flight, {s.OpeningsInARow} openings; {string.Join(", ", circuit.Path)}";
        }
    }
}
