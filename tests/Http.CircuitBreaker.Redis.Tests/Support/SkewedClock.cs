namespace Http.CircuitBreaker.Redis.Tests.Support;

/// <summary>A clock whose time of day is wrong by <paramref name="skew"/>.</summary>
internal sealed class SkewedClock(TimeSpan skew) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + skew;
}
