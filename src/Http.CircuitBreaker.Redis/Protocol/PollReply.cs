namespace Http.CircuitBreaker.Redis.Protocol;

/// <summary>What changed since the last look.</summary>
/// <param name="Generation">Names the server's memory.</param>
/// <param name="ServerTime">The server's time, in milliseconds.</param>
/// <param name="Instances">How many instances of the fleet are alive.</param>
/// <param name="Version">Where the next look begins.</param>
/// <param name="Records">The records that changed.</param>
internal sealed record PollReply(string Generation, long ServerTime, int Instances, long Version, IReadOnlyList<BackplaneRecord> Records);
