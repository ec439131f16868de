using System.Collections.Concurrent;
using CsCheck;
using Http.CircuitBreaker.Circuits;
using Http.CircuitBreaker.Tests.Support;

namespace Http.CircuitBreaker.Tests.Models;

/// <summary>Whatever threads do to a circuit at once, some order of the same operations, one after the other, must explain the result.</summary>
public sealed class LinearizabilityTests
{
    // An operation has to be one step: calls are started beforehand, and only end here; others start here, and never end.
    private static readonly GenOperation<Running>[] _operations =
    [
        Operation("a call fails", running => running.End('F')),
        Operation("another call fails", running => running.End('F')),
        Operation("a call succeeds", running => running.End('S')),
        Operation("a call is ignored", running => running.End('X')),
        Operation("a call starts", running => running.Circuit.Circuit.TryAdmit(running.Circuit.Now, out _)),
        Operation("isolate", running => running.Circuit.Circuit.TryIsolate(running.Circuit.Now, null, null)),
        Operation("reset", running => running.Circuit.Circuit.TryReset(running.Circuit.Now)),
        Operation("reload", running => running.Circuit.Circuit.Apply(running.Circuit.Circuit.Settings with { MinimumThroughput = 2 }, running.Circuit.Now)),
    ];

    [Fact]
    public void Operations_on_a_closed_circuit_have_a_sequential_explanation() =>
        Gen.Int[1, 4].Select(row => Running.Closed(row)).SampleParallel(_operations, equal: AreAlike, print: running => running.ToString(), iter: 250);

    [Fact]
    public void Operations_on_a_half_open_circuit_have_a_sequential_explanation() =>
        Gen.Int[2, 5].Select(probes => Running.HalfOpen(probes)).SampleParallel(_operations, equal: AreAlike, print: running => running.ToString(), iter: 250);

    private static GenOperation<Running> Operation(string name, Action<Running> operation) => Gen.Operation(name, operation);

    private static bool AreAlike(Running left, Running right) => left.ToString() == right.ToString();

    private sealed class Running(Scenario circuit, IEnumerable<Permit> calls)
    {
        private readonly ConcurrentQueue<Permit> _calls = new(calls);

        public Scenario Circuit => circuit;

        public static Running Closed(int failuresInARow)
        {
            var circuit = new Scenario(s => s with { ConsecutiveFailures = failuresInARow, MinimumThroughput = 3 });
            return new Running(circuit, circuit.Start(8));
        }

        public static Running HalfOpen(int probes)
        {
            var circuit = new Scenario(s => s with { HalfOpenProbes = probes }).Calls("F F F F").After(30);
            return new Running(circuit, circuit.Start(probes - 1));
        }

        public void End(char end)
        {
            if (_calls.TryDequeue(out var permit))
            {
                circuit.End(permit, end);
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
