using Http.CircuitBreaker.Configuration;

namespace Http.CircuitBreaker.Redis.Configuration;

/// <summary>Every option that the configuration can set, with its limits.</summary>
internal static class RedisOptionTable
{
    public static IReadOnlyList<RedisOptionRow> Rows { get; } =
    [
        new RedisOptionRow<string?>(nameof(RedisCircuitOptions.Configuration), o => o.Configuration, (o, v) => o.Configuration = v, text => text, _ => null),
        Text(nameof(RedisCircuitOptions.Prefix), o => o.Prefix, (o, v) => o.Prefix = v),
        new RedisOptionRow<double>(nameof(RedisCircuitOptions.Quorum), o => o.Quorum, (o, v) => o.Quorum = v, Parse.Number, CheckQuorum),
        new RedisOptionRow<bool>(nameof(RedisCircuitOptions.ProbeLease), o => o.ProbeLease, (o, v) => o.ProbeLease = v, Parse.Boolean, _ => null),
        Duration(nameof(RedisCircuitOptions.PollInterval), o => o.PollInterval, (o, v) => o.PollInterval = v, 0.1),
        Duration(nameof(RedisCircuitOptions.CommandTimeout), o => o.CommandTimeout, (o, v) => o.CommandTimeout = v, 0.05),
        Text(nameof(RedisCircuitOptions.InstanceName), o => o.InstanceName, (o, v) => o.InstanceName = v),
    ];

    private static RedisOptionRow<string> Text(string key, Func<RedisCircuitOptions, string> get, Action<RedisCircuitOptions, string> set) =>
        new(key, get, set, text => text, CheckText);

    private static RedisOptionRow<TimeSpan> Duration(
        string key, Func<RedisCircuitOptions, TimeSpan> get, Action<RedisCircuitOptions, TimeSpan> set, double fromSeconds)
    {
        var (lowest, highest) = (TimeSpan.FromSeconds(fromSeconds), TimeSpan.FromMinutes(1));
        return new(key, get, set, Parse.Duration, value => value >= lowest && value <= highest
            ? null
            : $"is out of range; it must be from {Limits.Text(lowest)} to {Limits.Text(highest)}");
    }

    // A brace would move the hash tag that keeps a fleet on one node of a cluster.
    private static string? CheckText(string? value) =>
        value is { Length: > 0 and <= 100 } && !value.Any(c => char.IsControl(c) || c is ' ' or '{' or '}')
            ? null
            : "is no name; it must have 1 to 100 characters and no braces, spaces or control characters";

    // Written so that NaN fails.
    private static string? CheckQuorum(double value) => value is > 0 and < 1 || (value is >= 1 and <= 10_000 && value == Math.Floor(value))
        ? null
        : "is out of range; it must be a share above 0 and below 1, or a whole number of instances up to 10000";
}
