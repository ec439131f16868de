namespace Http.CircuitBreaker.Redis.Protocol;

internal enum BackplaneAnswer
{
    /// <summary>The fleet knows better: nothing was changed, and the record says why.</summary>
    Stale,

    /// <summary>Taken over; of a lease: granted.</summary>
    Accepted,

    /// <summary>No probe is free until the time that the reply names.</summary>
    Denied,
}
