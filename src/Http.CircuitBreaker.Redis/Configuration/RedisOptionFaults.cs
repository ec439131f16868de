namespace Http.CircuitBreaker.Redis.Configuration;

/// <summary>What was wrong with the section: it cannot be told before all options are validated.</summary>
internal sealed class RedisOptionFaults
{
    private readonly Lock _lock = new();
    private List<string> _faults = [];

    public IReadOnlyList<string> All
    {
        get
        {
            lock (_lock)
            {
                return _faults;
            }
        }
    }

    public void Replace(List<string> faults)
    {
        lock (_lock)
        {
            _faults = faults;
        }
    }
}
