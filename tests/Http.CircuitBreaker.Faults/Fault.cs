namespace Http.CircuitBreaker.Faults;

/// <summary>One way in which a host fails a client, on a real socket of loopback; and how a client has to be set up to meet it.</summary>
public sealed record Fault(string Name)
{
    public required Func<Task<IFaultySite>> StartAsync { get; init; }

    /// <summary>What the client's transport needs, besides what it has by default.</summary>
    public Action<SocketsHttpHandler, IFaultySite> Transport { get; init; } = (_, _) => { };

    /// <summary>The client's own timeout; infinite by default.</summary>
    public TimeSpan ClientTimeout { get; init; } = Timeout.InfiniteTimeSpan;

    /// <summary>A timeout of a call inside the breaker; null = none.</summary>
    public TimeSpan? CallTimeout { get; init; }

    /// <summary>From when on a call is too slow; null = latency is not judged.</summary>
    public TimeSpan? SlowCallDuration { get; init; }

    /// <summary>Makes one call and reads its answer.</summary>
    public Func<HttpClient, Uri, CancellationToken, Task<HttpResponseMessage>> Call { get; init; } = (client, uri, token) => client.GetAsync(uri, token);

    public override string ToString() => Name;
}
