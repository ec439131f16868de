namespace Http.CircuitBreaker.Redis.Protocol;

/// <summary>Who this instance is, and by which rules it takes part.</summary>
/// <param name="Instance">Its name, different for each process.</param>
/// <param name="Quorum">See <see cref="RedisCircuitOptions.Quorum"/>.</param>
/// <param name="Alive">How long it counts as alive after it was heard of, in milliseconds.</param>
internal sealed record BackplaneIdentity(string Instance, double Quorum, long Alive)
{
    /// <summary>How long a granted lease waits for a call that uses it, in milliseconds.</summary>
    public const long Claim = 10_000;
}
