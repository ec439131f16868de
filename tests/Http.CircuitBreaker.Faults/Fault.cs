namespace Http.CircuitBreaker.Faults;

/// <summary>One way in which a host can fail on a real loopback socket, with the client setup that it needs.</summary>
public sealed record Fault(string Name)
{
    public required Func<Task<IFaultySite>> StartAsync { get; init; }

    /// <summary>Configures the client's transport.</summary>
    public Action<SocketsHttpHandler, IFaultySite> Transport { get; init; } = (_, _) => { };

    /// <summary>HttpClient.Timeout; infinite by default.</summary>
    public TimeSpan ClientTimeout { get; init; } = Timeout.InfiniteTimeSpan;

    /// <summary>The timeout of a call inside the breaker; null for none.</summary>
    public TimeSpan? CallTimeout { get; init; }

    /// <summary>The duration from which a call is slow; null if latency is ignored.</summary>
    public TimeSpan? SlowCallDuration { get; init; }

    /// <summary>Creates a handler outside the breaker.</summary>
    public Func<DelegatingHandler>? Outside { get; init; }

    /// <summary>Creates a handler inside the breaker.</summary>
    public Func<DelegatingHandler>? Inside { get; init; }

    /// <summary>Whether the application's own rule reads the status of a response that does not exist.</summary>
    public bool HasBrokenRule { get; init; }

    /// <summary>Makes one call and reads its response.</summary>
    public Func<HttpClient, Uri, CancellationToken, Task<HttpResponseMessage>> Call { get; init; } = (client, uri, token) => client.GetAsync(uri, token);

    public override string ToString() => Name;
}

/// <summary>A host that fails until it is healed. Its address does not change.</summary>
public interface IFaultySite : IAsyncDisposable
{
    Uri Address { get; }

    /// <summary>The number of connections or requests that have reached the host.</summary>
    int Arrivals { get; }

    void Heal();
}
