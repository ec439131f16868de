namespace Http.CircuitBreaker.Redis.Tests.Model;

/// <summary>The clock of one model instance. It advances with the virtual world but shows a different date.</summary>
internal sealed class VirtualTime(VirtualWorld world, TimeSpan skew) : TimeProvider
{
    public override long TimestampFrequency => 1000;

    public override long GetTimestamp() => world.Now;

    public override DateTimeOffset GetUtcNow() => new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero).AddMilliseconds(world.Now) + skew;
}
