using System.Collections.Concurrent;
using Http.CircuitBreaker.Circuits;
using Http.CircuitBreaker.Tests.Support;

namespace Http.CircuitBreaker.Tests.Models;

/// <summary>Runs random operations of several threads on one circuit and records them.</summary>
internal sealed class HistoryRun
{
    private const long HalfBreak = 2_000;

    private readonly CircuitSettings _settings;
    private readonly CircuitHarness _circuit;
    private readonly ConcurrentQueue<HistoryStep> _steps = new();
    private readonly ConcurrentQueue<(int Id, Permit Permit)> _running = new();
    private long _now;
    private long _stamp;
    private int _calls;

    /// <param name="random">Chooses the settings and the initial state.</param>
    public HistoryRun(Random random)
    {
        _settings = Settings(random);
        _circuit = new CircuitHarness(_ => _settings, GiveWay) { Observer = _ => GiveWay() };
        for (var failures = random.Next(3) * 3; failures > 0 && _circuit.State == CircuitState.Closed; failures--)
        {
            Start();
            End(CircuitOutcome.Failure);
        }

        Interlocked.Add(ref _now, random.Next(3) * HalfBreak);
        for (var calls = random.Next(4); calls > 0; calls--)
        {
            Start();
        }
    }

    public History History
    {
        get
        {
            var (phase, snapshot) = (_circuit.Circuit.Phase, CircuitReports.Snapshot(_circuit.Circuit, _now, DateTimeOffset.UnixEpoch, null));
            var path = string.Concat(_circuit.Changes.Select(change => $"{change.PreviousState} -> {change.State} ({change.Epoch}); "));
            var end = History.FormatEnd(phase.State, phase.Epoch, phase.Until, snapshot.ConsecutiveOpenings, (snapshot.Total, snapshot.Failed), path);
            return new History(_settings, _steps, _now, end);
        }
    }

    public void Act(Random random)
    {
        switch (random.Next(100))
        {
            case < 40: Start(); break;
            case < 75: End((CircuitOutcome)random.Next(3)); break;
            case < 85: Interlocked.Add(ref _now, HalfBreak); break;
            case < 90: Reload(Settings(random)); break;
            case < 95: Isolate(random.Next(2) == 0 ? HalfBreak : null); break;
            default: Do(new HistoryStep(HistoryVerb.Reset, Now), step => _circuit.Circuit.TryReset(step.Now)); break;
        }
    }

    private long Now => Volatile.Read(ref _now);

    // Yields inside an operation, where the circuit runs callbacks. On a busy machine with one free processor, operations would
    // otherwise rarely overlap.
    private static double GiveWay()
    {
        Thread.Yield();
        return 0;
    }

    // The window is too long to advance during a run. RollingWindowTests cover the window.
    private static CircuitSettings Settings(Random random) => CircuitScenario.Defaults with
    {
        SamplingDuration = 3_600_000,
        MinimumThroughput = random.Next(1, 5),
        FailureRatio = random.Next(1, 5) * 0.25,
        ConsecutiveFailures = random.Next(4),
        BreakDuration = 2 * HalfBreak,
        MaxBreakDuration = 8 * HalfBreak,
        HalfOpenProbes = random.Next(1, 4),
        ProbeTimeout = random.Next(1, 3) * HalfBreak,
    };

    private void Start()
    {
        var id = Interlocked.Increment(ref _calls);
        var permit = default(Permit);
        Do(new HistoryStep(HistoryVerb.Start, Now) { Call = id }, step =>
            step with
            {
                Admitted = _circuit.Circuit.TryAdmit(step.Now, out permit) == Admission.Admitted ? (permit.Phase.Epoch, permit.Probe is not null) : null,
            });
        if (permit.Phase is not null)
        {
            _running.Enqueue((id, permit));
        }
    }

    private void End(CircuitOutcome outcome)
    {
        if (_running.TryDequeue(out var call))
        {
            var result = outcome == CircuitOutcome.Failure ? CallResult.Failure("500") : new CallResult(outcome);
            Do(new HistoryStep(HistoryVerb.End, Now) { Call = call.Id, Outcome = outcome }, step => call.Permit.Record(in result, step.Now));
        }
    }

    private void Isolate(long? duration) =>
        Do(new HistoryStep(HistoryVerb.Isolate, Now) { Duration = duration }, step => _circuit.Circuit.TryIsolate(step.Now, duration, null));

    private void Reload(CircuitSettings settings) =>
        Do(new HistoryStep(HistoryVerb.Reload, Now) { Settings = settings }, step => _circuit.Circuit.Apply(settings, step.Now));

    private void Do(HistoryStep step, Action<HistoryStep> act) =>
        Do(step, given =>
        {
            act(given);
            return given;
        });

    private void Do(HistoryStep step, Func<HistoryStep, HistoryStep> act)
    {
        var from = Interlocked.Increment(ref _stamp);
        if (from % 8 == 0)
        {
            // Makes the clock value of the operation stale.
            Thread.Yield();
        }

        var done = act(step);
        _steps.Enqueue(done with { Stamps = (from, Interlocked.Increment(ref _stamp)) });
    }
}
