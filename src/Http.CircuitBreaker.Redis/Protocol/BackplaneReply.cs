namespace Http.CircuitBreaker.Redis.Protocol;

/// <summary>The server's answer to a command.</summary>
/// <param name="Answer">What became of it.</param>
/// <param name="Generation">Names the server's memory: another one means that it has lost what it knew.</param>
/// <param name="ServerTime">The server's time, in milliseconds.</param>
/// <param name="Until">Until when a lease is denied.</param>
/// <param name="Record">The fleet's latest word on the circuit; null if there is none.</param>
internal sealed record BackplaneReply(BackplaneAnswer Answer, string Generation, long ServerTime, long Until, BackplaneRecord? Record);
