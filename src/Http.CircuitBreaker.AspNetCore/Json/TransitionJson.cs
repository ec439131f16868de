namespace Http.CircuitBreaker.AspNetCore.Json;

/// <summary>A change of state as the endpoints show it; see <see cref="CircuitStateChange"/> for what each value is.</summary>
internal sealed record TransitionJson
{
    public required string Id { get; init; }

    public int Epoch { get; init; }

    public required DateTimeOffset At { get; init; }

    public required CircuitState PreviousState { get; init; }

    public required CircuitState State { get; init; }

    public required CircuitTransitionReason Reason { get; init; }

    public double PreviousDurationSeconds { get; init; }

    public double? BreakSeconds { get; init; }

    public long Total { get; init; }

    public long Failed { get; init; }

    public long Overdue { get; init; }

    public string? FailureReason { get; init; }

    public int ConsecutiveOpenings { get; init; }

    public string? Note { get; init; }

    public static TransitionJson From(CircuitStateChange change, DateTimeOffset at) => new()
    {
        Id = change.Key.Id,
        Epoch = change.Epoch,
        At = at,
        PreviousState = change.PreviousState,
        State = change.State,
        Reason = change.Reason,
        PreviousDurationSeconds = change.PreviousDuration.TotalSeconds,
        BreakSeconds = change.BreakDuration?.TotalSeconds,
        Total = change.Total,
        Failed = change.Failed,
        Overdue = change.Overdue,
        FailureReason = change.FailureReason,
        ConsecutiveOpenings = change.ConsecutiveOpenings,
        Note = change.IsolationReason,
    };
}
