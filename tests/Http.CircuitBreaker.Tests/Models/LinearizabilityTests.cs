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
        Operation("isolate", running => running.Circuit.Isolate()),
        Operation("reset", running => running.Circuit.Reset()),
        Operation("reload", running => running.Circuit.Apply(settings => settings with { MinimumThroughput = 2 })),
    ];

    private static readonly GenOperation<Running> _start = Operation("a call starts", running => running.Circuit.TryStart(out _));

    // No call starts here: between the failure that fills the row and the opening, a success may clear the row and a later call be let in.
    // That one call too many is harmless, and no order of whole operations explains it.
    [Fact]
    public void Operations_on_a_closed_circuit_have_a_sequential_explanation() =>
        Gen.Int[1, 4].Select(row => Running.Closed(row)).SampleParallel(_operations, equal: AreAlike, print: running => running.ToString(), iter: 250);

    [Fact]
    public void Operations_on_a_half_open_circuit_have_a_sequential_explanation() =>
        Gen.OneOf(0.05, 0.97).Select(ratio => Running.HalfOpen(ratio)).SampleParallel([.. _operations, _start], equal: AreAlike, print: running => running.ToString(), iter: 250);

    private static GenOperation<Running> Operation(string name, Action<Running> operation) => Gen.Operation(name, operation);

    private static bool AreAlike(Running left, Running right) => left.ToString() == right.ToString();

    private sealed class Running(CircuitHarness circuit, IEnumerable<CircuitCall> calls)
    {
        // More than a history can end: taking one and ending it is one step only as long as there are others to take.
        private const int Calls = 38;

        private readonly ConcurrentQueue<CircuitCall> _calls = new(calls);

        public CircuitHarness Circuit => circuit;

        public static Running Closed(int failuresInARow)
        {
            var circuit = new CircuitHarness(s => s with { ConsecutiveFailures = failuresInARow, MinimumThroughput = 3 });
            return new Running(circuit, circuit.Start(Calls));
        }

        // The second failure opens, or the second success closes; two slots are free.
        public static Running HalfOpen(double ratio)
        {
            var circuit = new CircuitHarness(s => s with { HalfOpenProbes = Calls + 2, FailureRatio = ratio }).OpenUntilProbe();
            return new Running(circuit, circuit.Start(Calls));
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
