using Http.CircuitBreaker.Circuits;

namespace Http.CircuitBreaker.Tests.Models;

/// <summary>A reference implementation of slow start that uses plain lists.</summary>
internal sealed class SlowStartModel(CircuitSettings settings, long start)
{
    private readonly List<(long At, bool IsFailure)> _ends = [];
    private double _credit = 1;

    public bool IsOver(long now) => now - start >= settings.RecoveryDuration;

    public bool HasProgressed(long now) => now - start >= settings.RecoveryDuration / 10;

    public bool Admits(long now)
    {
        _credit += Math.Pow(2, (10.0 * (now - start) / settings.RecoveryDuration) - 10);
        if (_credit < 1)
        {
            return false;
        }

        _credit--;
        return true;
    }

    public (long Total, long Failed) Window(long now)
    {
        var bucket = settings.RecoveryDuration / 100;
        var window = _ends.Where(end => ((end.At - start) / bucket) > ((now - start) / bucket) - 10).ToList();
        return (window.Count, window.Count(end => end.IsFailure));
    }

    /// <summary>Adds a result. Returns true if it opens the circuit.</summary>
    public bool Add(bool isFailure, long now)
    {
        _ends.Add((now, isFailure));
        var (total, failed) = Window(now);
        return isFailure && (double)failed / total >= (settings.FailureRatio ?? 1);
    }
}
