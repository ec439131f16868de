namespace Http.CircuitBreaker.Configuration;

/// <summary>Every option that the configuration can set, with its limits: the one place that knows them.</summary>
internal static class CircuitBreakerOptionTable
{
    public static IReadOnlyList<OptionRow> Rows { get; } =
    [
        Name(nameof(CircuitBreakerOptions.Mode), o => o.Mode, (o, v) => o.Mode = v),
        Number(nameof(CircuitBreakerOptions.FailureRatio), o => o.FailureRatio, (o, v) => o.FailureRatio = v, Limits.AboveZeroUpToOne),
        Integer(nameof(CircuitBreakerOptions.MinimumThroughput), o => o.MinimumThroughput, (o, v) => o.MinimumThroughput = v, Limits.AtLeast(1)),
        Duration(nameof(CircuitBreakerOptions.SamplingDuration), o => o.SamplingDuration, (o, v) => o.SamplingDuration = v, 0.5),
        new OptionRow<int?>(
            nameof(CircuitBreakerOptions.ConsecutiveFailures),
            o => o.ConsecutiveFailures,
            (o, v) => o.ConsecutiveFailures = v,
            Parse.Optional(Parse.Integer),
            Limits.Optional(Limits.AtLeast(1))),
        Duration(
            nameof(CircuitBreakerOptions.ConsecutiveFailuresDuration),
            o => o.ConsecutiveFailuresDuration,
            (o, v) => o.ConsecutiveFailuresDuration = v,
            0),
        OptionalDuration(nameof(CircuitBreakerOptions.SlowCallDuration), o => o.SlowCallDuration, (o, v) => o.SlowCallDuration = v),
        OptionalDuration(nameof(CircuitBreakerOptions.CallTimeout), o => o.CallTimeout, (o, v) => o.CallTimeout = v),
        Duration(nameof(CircuitBreakerOptions.BreakDuration), o => o.BreakDuration, (o, v) => o.BreakDuration = v, 0.1),
        OptionalDuration(nameof(CircuitBreakerOptions.MaxBreakDuration), o => o.MaxBreakDuration, (o, v) => o.MaxBreakDuration = v),
        Number(nameof(CircuitBreakerOptions.BreakJitter), o => o.BreakJitter, (o, v) => o.BreakJitter = v, Limits.ZeroToOne),
        Name(nameof(CircuitBreakerOptions.RetryAfterHandling), o => o.RetryAfterHandling, (o, v) => o.RetryAfterHandling = v),
        Duration(nameof(CircuitBreakerOptions.MaxRetryAfter), o => o.MaxRetryAfter, (o, v) => o.MaxRetryAfter = v, 0.1),
        Integer(nameof(CircuitBreakerOptions.HalfOpenProbes), o => o.HalfOpenProbes, (o, v) => o.HalfOpenProbes = v, Limits.Between(1, 100)),
        Duration(nameof(CircuitBreakerOptions.ProbeTimeout), o => o.ProbeTimeout, (o, v) => o.ProbeTimeout = v, 0.1),
        new OptionRow<string?>(
            nameof(CircuitBreakerOptions.ProbePath), o => o.ProbePath, (o, v) => o.ProbePath = v, Parse.OptionalText, Limits.PathOrNone),
        Name(nameof(CircuitBreakerOptions.RecoveryRamp), o => o.RecoveryRamp, (o, v) => o.RecoveryRamp = v),
        Duration(nameof(CircuitBreakerOptions.RecoveryDuration), o => o.RecoveryDuration, (o, v) => o.RecoveryDuration = v, 0.1),
        new StatusCodesRow(),
        new OptionRow<bool>(
            nameof(CircuitBreakerOptions.ObserveResponseBody),
            o => o.ObserveResponseBody,
            (o, v) => o.ObserveResponseBody = v,
            Parse.Boolean,
            _ => null),
        Name(nameof(CircuitBreakerOptions.Scope), o => o.Scope, (o, v) => o.Scope = v, isPerHost: false),
        Name(nameof(CircuitBreakerOptions.RejectionMode), o => o.RejectionMode, (o, v) => o.RejectionMode = v, isPerHost: false),
        Integer(nameof(CircuitBreakerOptions.MaxCircuits), o => o.MaxCircuits, (o, v) => o.MaxCircuits = v, Limits.AtLeast(1), isPerHost: false),
    ];

    public static OptionRow? Find(string key) => Rows.FirstOrDefault(row => string.Equals(row.Key, key, StringComparison.OrdinalIgnoreCase));

    private static OptionRow<double> Number(
        string key, Func<CircuitBreakerOptions, double> get, Action<CircuitBreakerOptions, double> set, Func<double, string?> check) =>
        new(key, get, set, Parse.Number, check);

    private static OptionRow<int> Integer(
        string key,
        Func<CircuitBreakerOptions, int> get,
        Action<CircuitBreakerOptions, int> set,
        Func<int, string?> check,
        bool isPerHost = true) =>
        new(key, get, set, Parse.Integer, check, isPerHost);

    private static OptionRow<TimeSpan> Duration(
        string key, Func<CircuitBreakerOptions, TimeSpan> get, Action<CircuitBreakerOptions, TimeSpan> set, double fromSeconds) =>
        new(key, get, set, Parse.Duration, Limits.UpToADay(fromSeconds));

    private static OptionRow<TimeSpan?> OptionalDuration(
        string key, Func<CircuitBreakerOptions, TimeSpan?> get, Action<CircuitBreakerOptions, TimeSpan?> set) =>
        new(key, get, set, Parse.Optional(Parse.Duration), Limits.Optional(Limits.UpToADay(0.1)));

    private static OptionRow<TEnum> Name<TEnum>(
        string key, Func<CircuitBreakerOptions, TEnum> get, Action<CircuitBreakerOptions, TEnum> set, bool isPerHost = true)
        where TEnum : struct, Enum =>
        new(key, get, set, Parse.Name<TEnum>, Limits.Defined<TEnum>(), isPerHost);
}
