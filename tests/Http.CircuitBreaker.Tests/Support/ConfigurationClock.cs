namespace Http.CircuitBreaker.Tests.Support;

/// <summary>Lets something happen at the moment at which the time is read.</summary>
internal sealed class ConfigurationClock : TimeProvider
{
    public Action? OnRead { get; set; }

    public override long GetTimestamp()
    {
        OnRead?.Invoke();
        return base.GetTimestamp();
    }
}
