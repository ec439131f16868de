namespace Http.CircuitBreaker.Benchmarks.Outages.Contenders;

/// <summary>
/// sony/gobreaker at its documented defaults: opens after more than 5 consecutive failures, stays open for 60 s, and then admits one
/// request. A result of an earlier state is ignored. Every error is a failure.
/// </summary>
internal sealed class GobreakerPolicy : ICallPolicy
{
    private const int TripAfter = 5;
    private static readonly TimeSpan _timeout = TimeSpan.FromSeconds(60);

    private TimeSpan? _openUntil;
    private bool _isHalfOpen;
    private bool _isProbeSent;
    private int _generation;
    private int _failures;

    public bool IsOpen => _openUntil is not null;

    public CallPermit? TryAdmit(TimeSpan now)
    {
        if (_openUntil <= now)
        {
            Change(openUntil: null, isHalfOpen: true);
        }

        if (IsOpen || _isProbeSent)
        {
            return null;
        }

        _isProbeSent = _isHalfOpen;
        return new CallPermit(_generation);
    }

    public void Record(CallPermit permit, CallEnd end, TimeSpan now)
    {
        if (permit.Generation != _generation)
        {
            return;
        }

        if (end == CallEnd.Success)
        {
            _failures = 0;
            if (_isHalfOpen)
            {
                Change(openUntil: null, isHalfOpen: false);
            }
        }
        else if (++_failures > TripAfter || _isHalfOpen)
        {
            Change(now + _timeout, isHalfOpen: false);
        }
    }

    private void Change(TimeSpan? openUntil, bool isHalfOpen)
    {
        (_openUntil, _isHalfOpen, _isProbeSent, _failures) = (openUntil, isHalfOpen, false, 0);
        _generation++;
    }
}
