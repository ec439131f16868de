namespace Http.CircuitBreaker.Redis;

/// <summary>
/// Options for sharing circuits through Redis. The section <c>HttpCircuitBreaker:Redis</c> sets all options except
/// <see cref="ServiceKey"/>; a delegate in code overrides the section.
/// </summary>
public sealed class RedisCircuitOptions
{
    private const int MaxApplicationNameLength = 64;

    /// <summary>
    /// A StackExchange.Redis configuration string, such as <c>localhost:6379</c>. Null uses the container's <c>IConnectionMultiplexer</c>.
    /// </summary>
    /// <value>Default: null.</value>
    public string? Configuration { get; set; }

    /// <summary>The service key of the container's <c>IConnectionMultiplexer</c>; null if it has none. Can only be set in code.</summary>
    /// <value>Default: null.</value>
    public object? ServiceKey { get; set; }

    /// <summary>
    /// The prefix of all keys and of the channel. Instances with the same prefix share their circuits: use one prefix for one application.
    /// </summary>
    /// <value>
    /// Default: <c>http-circuit-breaker:</c> and the application's name. Range: 1 to 100 characters, no braces, spaces, control characters.
    /// </value>
    public string Prefix { get; set; } = $"http-circuit-breaker:{FormatApplicationName(AppDomain.CurrentDomain.FriendlyName)}";

    /// <summary>
    /// How many instances must open a circuit before it opens on all others. A value below 1 is a share of the live instances, at least
    /// two. One instance is enough if no other is alive, or if the failure had a <c>Retry-After</c> header.
    /// </summary>
    /// <value>Default: one third. Range: above 0, at most 10,000; a whole number from 1.</value>
    public double Quorum { get; set; } = 1.0 / 3;

    /// <summary>
    /// Whether all instances together send at most <see cref="CircuitBreakerOptions.HalfOpenProbes"/> probes, instead of each instance.
    /// </summary>
    /// <value>Default: true.</value>
    public bool ProbeLease { get; set; } = true;

    /// <summary>How often an instance polls for missed changes and reports that it is alive, which is valid for three intervals.</summary>
    /// <value>Default: 1 second. Range: 100 ms to 1 minute.</value>
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The timeout of a Redis command, after which the server counts as disconnected. Calls do not wait for it.</summary>
    /// <value>Default: 1 second. Range: 50 ms to 1 minute.</value>
    public TimeSpan CommandTimeout { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The name of this instance in Redis and in the log. A random suffix makes it unique.</summary>
    /// <value>Default: the machine's name. Range: 1 to 100 characters without braces, spaces and control characters.</value>
    public string InstanceName { get; set; } = Environment.MachineName;

    // The default must be valid for any name of the executable.
    private static string FormatApplicationName(string name) =>
        string.Concat(name.Take(MaxApplicationNameLength).Select(c => char.IsControl(c) || c is ' ' or '{' or '}' ? '-' : c));
}
