using CsCheck;
using Http.CircuitBreaker.Circuits;
using Http.CircuitBreaker.Tests.Support;
using Xunit.Abstractions;

namespace Http.CircuitBreaker.Tests.Models;

/// <summary>Runs random operations on the circuit and on its model, which must agree after every step.</summary>
public sealed class CircuitModelTests(ITestOutputHelper output)
{
    // Most calls fail and time mostly advances by half a break, so that most histories reach half-open.
    private static readonly Gen<char> _operations = Gen.Frequency(
        (12, Gen.Const('F')),
        (6, Gen.Const('S')),
        (2, Gen.Const('X')),
        (6, Gen.Const('+')), // Starts a call.
        (4, Gen.Const('f')), // Fails the oldest running call.
        (4, Gen.Const('s')), // Completes the oldest running call.
        (1, Gen.Const('x')), // Ignores the oldest running call.
        (6, Gen.Const('h')), // Waits half a break.
        (3, Gen.Const('1')), // Waits a second.
        (2, Gen.Const('w')), // Waits a whole window.
        (1, Gen.Const('i')),
        (1, Gen.Const('t')),
        (3, Gen.Const('n')), // Recovers and fails again.
        (1, Gen.Const('r')));

    private static readonly Gen<CircuitSettings> _settings = Gen.Select(
        Gen.Int[1, 4],
        Gen.Int[1, 6],
        Gen.OneOf(0, 2, 3, 5),
        Gen.OneOf<double?>(0.25, 0.34, 0.5, 0.75, 1.0, null),
        Gen.OneOf(0L, 10_000L),
        (probes, throughput, consecutive, ratio, recovery) => CircuitScenario.Defaults with
        {
            HalfOpenProbes = probes,
            MinimumThroughput = throughput,
            ConsecutiveFailures = consecutive,
            FailureRatio = ratio,
            BreakDuration = 4_000,
            MaxBreakDuration = 16_000,
            ProbeTimeout = 8_000,
            RecoveryDuration = recovery,
        });

    [Fact]
    public void Circuit_and_model_agree_after_every_step()
    {
        var (histories, withHalfOpen, halfOpenings, slowStarts) = (0, 0, 0, 0);

        Gen.Select(_settings, _operations.Array[5, 80]).Sample(
            (settings, operations) =>
            {
                var run = new ModelRun(settings);
                foreach (var operation in operations)
                {
                    run.Do(operation);
                    run.AssertAgreement();
                }

                run.AssertAllCallsAreCounted();
                Interlocked.Increment(ref histories);
                Interlocked.Add(ref withHalfOpen, run.HalfOpenings > 0 ? 1 : 0);
                Interlocked.Add(ref halfOpenings, run.HalfOpenings);
                Interlocked.Add(ref slowStarts, run.SlowStarts);
            },
            iter: 20_000);

        output.WriteLine($"{histories} histories, {withHalfOpen} with a half-open phase, {halfOpenings} half-open phases, {slowStarts} slow starts.");
        Assert.True(slowStarts > histories / 50, $"Only {slowStarts} slow starts in {histories} histories: change the frequencies.");
        Assert.True(withHalfOpen > histories / 3, $"Only {withHalfOpen} of {histories} histories reached half-open: change the frequencies.");
    }
}
