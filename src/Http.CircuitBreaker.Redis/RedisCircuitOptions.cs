namespace Http.CircuitBreaker.Redis;

/// <summary>
/// Options for sharing circuits through Redis. Every option except <see cref="ServiceKey"/> can be set in the
/// <c>HttpCircuitBreaker:Redis</c> section; delegates in code override the section.
/// </summary>
public sealed class RedisCircuitOptions
{
    private const int MaxApplicationNameLength = 64;

    /// <summary>
    /// A StackExchange.Redis configuration string, such as <c>localhost:6379</c>. If null, the container's <c>IConnectionMultiplexer</c> is
    /// used.
    /// </summary>
    /// <value>Default: null.</value>
    public string? Configuration { get; set; }

    /// <summary>
    /// The key of the container's <c>IConnectionMultiplexer</c>, if it is a keyed service. This option can be set only in code.
    /// </summary>
    /// <value>Default: null.</value>
    public object? ServiceKey { get; set; }

    /// <summary>
    /// The prefix for all Redis keys and the pub/sub channel. Instances with the same prefix share their circuits, so use a different
    /// prefix for each application.
    /// </summary>
    /// <value>
    /// Default: <c>http-circuit-breaker:</c> followed by the application's name. Range: 1 to 100 characters without braces, spaces or
    /// control characters.
    /// </value>
    public string Prefix { get; set; } = $"http-circuit-breaker:{FormatApplicationName(AppDomain.CurrentDomain.FriendlyName)}";

    /// <summary>
    /// The number of instances that must open a circuit before it opens on all instances. A value below 1 is a share of the live instances,
    /// with a minimum of two. One instance is enough if no other is alive, or if the failed response had a <c>Retry-After</c> header.
    /// </summary>
    /// <value>Default: one third. Range: above 0 and up to 10,000. Values of 1 or more must be whole numbers.</value>
    public double Quorum { get; set; } = 1.0 / 3;

    /// <summary>
    /// Whether <see cref="CircuitBreakerOptions.HalfOpenProbes"/> limits the probes of all instances together. If false, the limit applies
    /// to each instance separately.
    /// </summary>
    /// <value>Default: true.</value>
    public bool ProbeLease { get; set; } = true;

    /// <summary>
    /// How often this instance polls for missed changes. An instance that has not polled for three intervals counts as dead.
    /// </summary>
    /// <value>Default: 1 second. Range: 100 ms to 1 minute.</value>
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The timeout for a Redis command, after which Redis counts as disconnected. HTTP calls never wait for Redis.</summary>
    /// <value>Default: 1 second. Range: 50 ms to 1 minute.</value>
    public TimeSpan CommandTimeout { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The name of this instance in Redis and in logs. A random suffix is added to make the name unique.</summary>
    /// <value>Default: the machine's name. Range: 1 to 100 characters without braces, spaces or control characters.</value>
    public string InstanceName { get; set; } = Environment.MachineName;

    // The default key prefix contains the name of the executable, so replace the characters that a prefix must not contain.
    private static string FormatApplicationName(string name) =>
        string.Concat(name.Take(MaxApplicationNameLength).Select(c => char.IsControl(c) || c is ' ' or '{' or '}' ? '-' : c));
}
