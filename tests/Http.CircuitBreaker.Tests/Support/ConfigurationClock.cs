namespace Http.CircuitBreaker.Tests.Support;

/// <summary>A clock that calls a delegate whenever it is read.</summary>
internal sealed class ConfigurationClock : TimeProvider
{
    public Action? OnRead { get; set; }

    public override long GetTimestamp()
    {
        OnRead?.Invoke();
        return base.GetTimestamp();
    }
}
