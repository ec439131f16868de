namespace Http.CircuitBreaker.Benchmarks.Outages.Contenders;

/// <summary>
/// The circuit breaker of resilience4j at its documented defaults: a count-based window of 100 calls, of which at least 100 are needed, a
/// failure rate of 50 %, 60 s in the open state, and 10 calls in the half-open state. Every exception is a failure.
/// </summary>
/// <remarks>
/// Not implemented: the slow-call rate, which is 100 % of calls over 60 s by default and is not reached before the failure rate.
/// </remarks>
internal sealed class Resilience4jPolicy : ICallPolicy
{
    private const int WindowSize = 100;
    private const int HalfOpenCalls = 10;
    private const double FailureRate = 0.5;
    private static readonly TimeSpan _wait = TimeSpan.FromSeconds(60);

    private Window _window = new(WindowSize);
    private TimeSpan _openUntil;
    private int _permits;
    private State _state;

    private enum State
    {
        Closed,
        Open,
        HalfOpen,
    }

    public bool IsOpen => _state == State.Open;

    public CallPermit? TryAdmit(TimeSpan now)
    {
        if (_state == State.Open && now >= _openUntil)
        {
            (_state, _window, _permits) = (State.HalfOpen, new Window(HalfOpenCalls), HalfOpenCalls);
        }

        return _state == State.Closed || (_state == State.HalfOpen && _permits-- > 0) ? new CallPermit() : null;
    }

    public void Record(CallPermit permit, CallEnd end, TimeSpan now)
    {
        _window.Add(end != CallEnd.Success);
        if (_state == State.Open || !_window.IsFull)
        {
            return;
        }

        if (_window.FailureRate >= FailureRate)
        {
            (_state, _openUntil) = (State.Open, now + _wait);
        }
        else if (_state == State.HalfOpen)
        {
            (_state, _window) = (State.Closed, new Window(WindowSize));
        }
    }

    private sealed class Window(int size)
    {
        private readonly Queue<bool> _calls = new();
        private int _failures;

        public bool IsFull => _calls.Count == size;

        public double FailureRate => (double)_failures / size;

        public void Add(bool failed)
        {
            if (IsFull && _calls.Dequeue())
            {
                _failures--;
            }

            _calls.Enqueue(failed);
            _failures += failed ? 1 : 0;
        }
    }
}
