namespace Http.CircuitBreaker.Redis.Protocol;

/// <summary>The memory that a fleet shares. Everything that has to be decided for all instances at once is decided there.</summary>
internal interface IBackplaneServer : IAsyncDisposable
{
    /// <summary>A record has changed. Only a hint: it may be late, lost, repeated or out of order.</summary>
    event Action<BackplaneRecord>? Changed;

    /// <summary>A connection that was lost is there again: what was said meanwhile was not heard.</summary>
    event Action? Restored;

    /// <summary>Makes the server known, or throws.</summary>
    Task ConnectAsync(CancellationToken cancellationToken);

    /// <summary>What changed since <paramref name="version"/>; also says that this instance is alive.</summary>
    Task<PollReply> PollAsync(long version, CancellationToken cancellationToken);

    Task<BackplaneReply> SendAsync(BackplaneCommand command, CancellationToken cancellationToken);
}
