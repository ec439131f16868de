namespace Http.CircuitBreaker.Redis.Protocol;

/// <summary>The memory that a fleet shares. Everything that has to be decided for all instances at once is decided there.</summary>
internal interface IBackplaneServer : IAsyncDisposable
{
    /// <summary>Raised when a record may have changed: on a message of another instance, and after a reconnect, when messages may have been missed.</summary>
    event Action? PollNeeded;

    /// <summary>Makes the server known, or throws.</summary>
    Task ConnectAsync(CancellationToken cancellationToken);

    /// <summary>What changed since <paramref name="version"/>; also says that this instance is alive.</summary>
    Task<PollReply> PollAsync(long version, CancellationToken cancellationToken);

    Task<BackplaneReply> SendAsync(BackplaneCommand command, CancellationToken cancellationToken);
}
