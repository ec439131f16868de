namespace Http.CircuitBreaker.Redis.Fleet;

/// <summary>Where a circuit stands here, as far as its changes have told; times are this process's.</summary>
/// <param name="State">The state.</param>
/// <param name="Epoch">The phase: what is applied is fenced by it.</param>
/// <param name="Since">When the state began.</param>
/// <param name="OpenedAt">When the last break or isolation began.</param>
/// <param name="Until">When the break ends.</param>
internal readonly record struct LocalState(CircuitState State, int Epoch, long Since, long OpenedAt, long Until)
{
    // Of a circuit that is not known to have changed yet.
    public static LocalState Fresh { get; } = new(CircuitState.Closed, 1, long.MinValue / 2, long.MinValue / 2, 0);

    public LocalState After(CircuitStateChange change, long now) => new(
        change.State,
        change.Epoch,
        now,
        change.State is CircuitState.Open or CircuitState.Isolated ? now : OpenedAt,
        change.BreakDuration is { } duration ? now + (long)duration.TotalMilliseconds : Until);
}
