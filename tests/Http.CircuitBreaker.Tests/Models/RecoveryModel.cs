using Http.CircuitBreaker.Circuits;

namespace Http.CircuitBreaker.Tests.Models;

/// <summary>The steps by which calls come back, as one would write them on paper.</summary>
internal sealed class RecoveryModel(CircuitSettings settings, long now)
{
    private int _step, _arrived, _succeeded, _failed;
    private long _stepSince = now;

    public bool HasProgressed { get; private set; }

    public (long Total, long Failed) Counts => (_succeeded + _failed, _failed);

    public bool IsOver(long now)
    {
        if (now < _stepSince + (settings.RecoveryDuration / 10))
        {
            return false;
        }

        if (_step == 9 && _succeeded > 0)
        {
            return true;
        }

        GoTo(_succeeded > 0 ? _step + 1 : _step, now);
        return false;
    }

    public bool Admits() => _arrived++ % Math.Pow(2, 10 - _step) == 0;

    public bool Opens(bool isFailure, long now)
    {
        _ = isFailure ? _failed++ : _succeeded++;
        if (!isFailure || (double)_failed / (_succeeded + _failed) < settings.FailureRatio)
        {
            return false;
        }

        if (_step == 0)
        {
            return true;
        }

        GoTo(_step - 1, now);
        return false;
    }

    private void GoTo(int step, long now)
    {
        (_step, _stepSince, _arrived, _succeeded, _failed) = (step, now, 0, 0, 0);
        HasProgressed |= step > 0;
    }
}
