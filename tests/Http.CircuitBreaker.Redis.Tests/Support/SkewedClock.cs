namespace Http.CircuitBreaker.Redis.Tests.Support;

/// <summary>The clock of a machine that is wrong about the time of day.</summary>
internal sealed class SkewedClock(TimeSpan skew) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + skew;
}
