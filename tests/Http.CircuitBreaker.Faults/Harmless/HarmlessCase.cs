namespace Http.CircuitBreaker.Faults.Harmless;

/// <summary>Something that callers do, or that goes wrong on their side, and that says nothing about the host.</summary>
public sealed record HarmlessCase(string Name)
{
    /// <summary>Makes one call and expects it to end as it has to.</summary>
    public required Func<HttpClient, Task> Call { get; init; }

    public TimeSpan ClientTimeout { get; init; } = Timeout.InfiniteTimeSpan;

    public TimeSpan? SlowCallDuration { get; init; }

    public Action<SocketsHttpHandler> Transport { get; init; } = _ => { };

    /// <summary>A handler outside the breaker.</summary>
    public Func<DelegatingHandler>? Outside { get; init; }

    /// <summary>A handler between the breaker and the transport.</summary>
    public Func<DelegatingHandler>? Inside { get; init; }

    public IReadOnlyList<string>? FailureStatusCodes { get; init; }

    /// <summary>Whether the host has answered well, so that the call is a success. Otherwise it is no evidence at all.</summary>
    public bool IsSuccess { get; init; }
}
