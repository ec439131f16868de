using Http.CircuitBreaker.Circuits;
using Http.CircuitBreaker.Tests.Support;

namespace Http.CircuitBreaker.Tests.Models;

/// <summary>Applies each operation to a circuit and to its model, and counts the results.</summary>
internal sealed class ModelRun(CircuitSettings settings)
{
    private readonly CircuitHarness _circuit = new(_ => settings);
    private readonly CircuitModel _model = new(settings);
    private readonly Queue<(CircuitCall Real, (int Epoch, int Probe) Model)> _running = new();
    private readonly long[] _seen = new long[3];
    private long _rejected;

    public int HalfOpenings => _model.HalfOpenings;

    public int SlowStarts => _model.SlowStarts;

    public void Do(char operation)
    {
        switch (operation)
        {
            case 'S' or 'F' or 'X':
                if (TryStart() is { } call)
                {
                    End(call, operation);
                }

                break;
            case '+':
                if (TryStart() is { } started)
                {
                    _running.Enqueue(started);
                }

                break;
            case 'f' or 's' or 'x':
                if (_running.TryDequeue(out var oldest))
                {
                    End(oldest, char.ToUpperInvariant(operation));
                }

                break;
            case 'h': _circuit.Wait(2); break;
            case '1': _circuit.Wait(1); break;
            case 'w': _circuit.Wait(10); break;
            case 'n':
                foreach (var step in "hhSSSSSFFFFFF")
                {
                    Do(step);
                }

                break;
            case 'i': Isolate(null); break;
            case 't': Isolate(3); break;
            default:
                _circuit.Reset();
                _model.Reset(_circuit.Now);
                break;
        }
    }

    public void AssertAgreement()
    {
        var snapshot = _circuit.Snapshot;
        Assert.Equal(_model.State, snapshot.State);
        Assert.Equal(_model.Epoch, snapshot.Epoch);
        if (snapshot.State is CircuitState.Closed or CircuitState.HalfOpen)
        {
            Assert.Equal(_model.Window(_circuit.Now), (snapshot.Total, snapshot.Failed));
        }
        else
        {
            Assert.Equal(_model.Openings, snapshot.ConsecutiveOpenings);
        }

        Assert.Equal(
            (_seen[0], _seen[1], _seen[2], _rejected, _running.Count),
            (snapshot.TotalSucceeded, snapshot.TotalFailed, snapshot.TotalIgnored, snapshot.Rejected, snapshot.InFlight));
    }

    public void AssertAllCallsAreCounted()
    {
        while (_running.TryDequeue(out var call))
        {
            End(call, 'S');
            AssertAgreement();
        }
    }

    private (CircuitCall Real, (int Epoch, int Probe) Model)? TryStart()
    {
        var expected = _model.TryAdmit(_circuit.Now);
        var answer = _circuit.TryStart(out var real);
        Assert.Equal(expected is null ? Admission.Rejected : Admission.Admitted, answer);
        _rejected += expected is null ? 1 : 0;
        return expected is { } call ? (real, call) : null;
    }

    private void End((CircuitCall Real, (int Epoch, int Probe) Model) running, char end)
    {
        var outcome = end switch { 'S' => CircuitOutcome.Success, 'F' => CircuitOutcome.Failure, _ => CircuitOutcome.Ignored };
        running.Real.End(outcome);
        _model.End(running.Model, outcome, _circuit.Now);
        _seen[(int)outcome]++;
    }

    private void Isolate(double? seconds)
    {
        _circuit.Isolate(seconds);
        _model.Isolate(_circuit.Now, (long?)(seconds * 1000));
    }
}
