namespace Http.CircuitBreaker.Faults.Harmless;

/// <summary>An action or an error on the caller's side that says nothing about the health of the host.</summary>
public sealed record HarmlessCase(string Name)
{
    /// <summary>Makes one call and asserts its outcome.</summary>
    public required Func<HttpClient, Task> Call { get; init; }

    /// <summary>Whether the calls use HTTP/2.</summary>
    public bool IsHttp2 { get; init; }

    public TimeSpan ClientTimeout { get; init; } = Timeout.InfiniteTimeSpan;

    public TimeSpan? SlowCallDuration { get; init; }

    public Action<SocketsHttpHandler> Transport { get; init; } = _ => { };

    /// <summary>A handler outside the breaker.</summary>
    public Func<DelegatingHandler>? Outside { get; init; }

    /// <summary>A handler between the breaker and the transport.</summary>
    public Func<DelegatingHandler>? Inside { get; init; }

    public IReadOnlyList<string>? FailureStatusCodes { get; init; }

    /// <summary>Whether the call counts as a success; otherwise it is ignored.</summary>
    public bool IsSuccess { get; init; }
}
