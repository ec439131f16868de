namespace Http.CircuitBreaker.Redis.Backplane;

/// <summary>Where a circuit stands here, as far as its changes have told. Times are this process's; those of the fleet's verdicts the server's.</summary>
/// <param name="State">The state.</param>
/// <param name="Epoch">The phase: what is applied is fenced by it.</param>
/// <param name="Since">When the state began.</param>
/// <param name="OpenedAt">When the last break or isolation began.</param>
/// <param name="Until">When the break ends.</param>
/// <param name="SinceVerdict">The verdict that the state follows; null if it is the circuit's own.</param>
/// <param name="OpenedVerdict">The verdict that the break or isolation follows; null if it is the circuit's own.</param>
internal readonly record struct LocalState(
    CircuitState State, int Epoch, long Since, long OpenedAt, long Until, long? SinceVerdict = null, long? OpenedVerdict = null)
{
    // Of a circuit that is not known to have changed yet.
    public static LocalState Fresh { get; } = new(CircuitState.Closed, 1, long.MinValue / 2, long.MinValue / 2, 0);

    public LocalState After(CircuitStateChange change, long now, long? verdict)
    {
        var opens = change.State is CircuitState.Open or CircuitState.Isolated;
        var follows = change.Reason == CircuitTransitionReason.Remote ? verdict : null;
        return new LocalState(
            change.State,
            change.Epoch,
            now,
            opens ? now : OpenedAt,
            change.BreakDuration is { } duration ? now + (long)duration.TotalMilliseconds : Until,
            follows,
            opens ? follows : OpenedVerdict);
    }

    /// <summary>The same in the server's time. What follows a verdict is as old as that, however long it took to come here.</summary>
    public LocalState By(ServerClock clock) => this with
    {
        Since = SinceVerdict ?? clock.At(Since),
        OpenedAt = OpenedVerdict ?? clock.At(OpenedAt),
        Until = clock.At(Until),
    };
}
