namespace Http.CircuitBreaker.Redis;

/// <summary>How circuits are shared. The section <c>HttpCircuitBreaker:Redis</c> sets all of it but <see cref="ServiceKey"/>; the delegate given in code wins.</summary>
public sealed class RedisCircuitOptions
{
    /// <summary>
    /// A StackExchange.Redis configuration string, such as <c>localhost:6379</c>. Null takes the <c>IConnectionMultiplexer</c> of the container.
    /// </summary>
    /// <value>Default: null.</value>
    public string? Configuration { get; set; }

    /// <summary>The key of the container's <c>IConnectionMultiplexer</c>; null for the one without a key. In code only.</summary>
    /// <value>Default: null.</value>
    public object? ServiceKey { get; set; }

    /// <summary>What all keys and the channel begin with: instances with the same prefix are one fleet. Without braces, spaces and control characters.</summary>
    /// <value>Default: <c>http-circuit-breaker</c>.</value>
    public string Prefix { get; set; } = "http-circuit-breaker";

    /// <summary>
    /// How many instances have to find a host failing before the others open: below 1 a share of the live instances, and at least two; from 1 a
    /// number of instances. One is enough in a fleet of one, and if the failure carried <c>Retry-After</c>.
    /// </summary>
    /// <value>Default: a third. Range: above 0, at most 10 000; whole from 1.</value>
    public double Quorum { get; set; } = 1.0 / 3;

    /// <summary>Whether the fleet sends as many probes as <see cref="CircuitBreakerOptions.HalfOpenProbes"/> says in all, or each instance for itself.</summary>
    /// <value>Default: true.</value>
    public bool ProbeLease { get; set; } = true;

    /// <summary>How often an instance says that it is alive and looks for changes that it was not told of. An instance is alive for three intervals.</summary>
    /// <value>Default: 1 second. Range: 100 ms to 1 minute.</value>
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a command may take before the server counts as away. No call waits for one.</summary>
    /// <value>Default: 1 second. Range: 50 ms to 1 minute.</value>
    public TimeSpan CommandTimeout { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The name of this instance among its fleet, for people who look into Redis; a random part is added.</summary>
    /// <value>Default: the machine's name.</value>
    public string InstanceName { get; set; } = Environment.MachineName;
}
