namespace Http.CircuitBreaker.Benchmarks.Outages.Contenders;

/// <summary>
/// The classic circuit breaker, for example of Polly 7: opens for 30 s after 5 consecutive failures, then admits one call in 30 s until one
/// succeeds. Canceled calls and the status 429 are not failures.
/// </summary>
internal sealed class ConsecutiveFailuresPolicy : ICallPolicy
{
    private const int AllowedFailures = 5;
    private static readonly TimeSpan _break = TimeSpan.FromSeconds(30);

    private TimeSpan? _openUntil;
    private bool _isHalfOpen;
    private int _failures;

    public bool IsOpen => _openUntil is not null && !_isHalfOpen;

    public CallPermit? TryAdmit(TimeSpan now)
    {
        if (_openUntil is null)
        {
            return new CallPermit();
        }

        if (now < _openUntil)
        {
            return null;
        }

        (_isHalfOpen, _openUntil) = (true, now + _break);
        return new CallPermit();
    }

    public void Record(CallPermit permit, CallEnd end, TimeSpan now)
    {
        if (end is CallEnd.Success or CallEnd.RateLimited)
        {
            _failures = 0;
            (_openUntil, _isHalfOpen) = IsOpen ? (_openUntil, false) : (null, false);
        }
        else if (end != CallEnd.Canceled && !IsOpen && (++_failures >= AllowedFailures || _isHalfOpen))
        {
            (_openUntil, _isHalfOpen) = (now + _break, false);
        }
    }
}
