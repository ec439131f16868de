namespace Http.CircuitBreaker.Counting;

/// <summary>Whether several processors count very often: each look finds another processor than the last one, at the same tick of the clock.</summary>
/// <remarks>A thread that the system moves is seen on two processors too, but not so many times in a row. What two looks write at once costs a look, no more.</remarks>
internal struct Contention
{
    public const int EnoughMeetings = 4;

    private long _lookedAt;
    private int _processor;
    private int _meetings;

    public bool IsFound(long now, int processor)
    {
        _meetings = now == _lookedAt && processor != _processor ? _meetings + 1 : 0;
        (_lookedAt, _processor) = (now, processor);
        return _meetings >= EnoughMeetings;
    }
}
