namespace Http.CircuitBreaker.Tests.Support;

/// <summary>The expected default and range of an option.</summary>
/// <param name="Key">The key.</param>
/// <param name="Default">The default as configuration text; null for no value.</param>
/// <param name="Accepted">Both limits of the range, or all values.</param>
/// <param name="Rejected">Values just outside the range.</param>
/// <param name="Limit">The range in the error message.</param>
/// <param name="With">Other settings that the limits depend on.</param>
internal sealed record ConfigurationRange(
    string Key, string? Default, string[] Accepted, string[] Rejected, string Limit, params (string Key, string Text)[] With)
{
    private static readonly string[] _tenthToADay = ["00:00:00.1", "1.00:00:00"];
    private static readonly string[] _notTenthToADay = ["00:00:00.0999999", "1.00:00:00.0000001", "-00:00:05", "00:00:00"];
    private static readonly (string, string) _longestBreak = (nameof(CircuitBreakerOptions.MaxBreakDuration), "1.00:00:00");
    private static readonly (string, string) _shortestBreak = (nameof(CircuitBreakerOptions.BreakDuration), "00:00:00.1");

    public static IReadOnlyList<ConfigurationRange> All { get; } =
    [
        new("Mode", "Enforce", ["Enforce", "Observe", "Disabled"], ["3", "-1"], "it must be one of Enforce, Observe, Disabled"),
        new("FailureRatio", "0.5", ["5E-324", "1"], ["0", "1.0000000000000002", "-0.1", "NaN"], "it must be above 0 and at most 1, for example 0.5 for 50 %"),
        new("MinimumThroughput", "10", ["1", "2147483647"], ["0", "-1"], "it must be at least 1"),
        new("SamplingDuration", "00:00:30", ["00:00:00.5", "1.00:00:00"], ["00:00:00.4999999", "1.00:00:00.0000001"],
            "it must be from 00:00:00.500 to 1.00:00:00"),
        new("ConsecutiveFailures", "10", ["1", "2147483647"], ["0", "-1"], "it must be at least 1"),
        new("ConsecutiveFailuresDuration", "00:00:03", ["00:00:00", "1.00:00:00"], ["-00:00:00.0000001", "1.00:00:00.0000001"],
            "it must be from 00:00:00 to 1.00:00:00"),
        new("SlowCallDuration", null, _tenthToADay, _notTenthToADay, "it must be from 00:00:00.100 to 1.00:00:00"),
        new("UnresponsiveDetection", "Silence", ["Off", "Silence", "SilenceAndSlowness"], ["3", "-1"],
            "it must be one of Off, Silence, SilenceAndSlowness"),
        new("CallTimeout", null, _tenthToADay, _notTenthToADay, "it must be from 00:00:00.100 to 1.00:00:00"),
        new("BreakDuration", "00:00:01", _tenthToADay, _notTenthToADay, "it must be from 00:00:00.100 to 1.00:00:00", _longestBreak),
        new("MaxBreakDuration", null, _tenthToADay, _notTenthToADay, "it must be from 00:00:00.100 to 1.00:00:00", _shortestBreak),
        new("BreakJitter", "0.1", ["0", "1"], ["-5E-324", "1.0000000000000002", "NaN"], "it must be from 0 to 1"),
        new("RetryAfterHandling", "Extend", ["Ignore", "Extend", "Open"], ["3", "-1"], "it must be one of Ignore, Extend, Open"),
        new("MaxRetryAfter", "00:01:00", _tenthToADay, _notTenthToADay, "it must be from 00:00:00.100 to 1.00:00:00"),
        new("HalfOpenProbes", "1", ["1", "100"], ["0", "101"], "it must be from 1 to 100"),
        new("ProbeTimeout", "00:01:00", _tenthToADay, _notTenthToADay, "it must be from 00:00:00.100 to 1.00:00:00"),
        new("ProbePath", null, ["/", "/health?deep=1"], ["health", "//other.example", "http://other.example/"],
            "it must begin with a single slash, for example /health"),
        new("RecoveryDuration", "00:00:20", _tenthToADay, _notTenthToADay, "it must be from 00:00:00.100 to 1.00:00:00"),
        new("FailureStatusCodes", null, ["100", "999", "1xx", "9xx", "500-504"], ["99", "1000", "0xx", "504-500", "ok"],
            "write a code from 100 to 999"),
        new("FailureGrpcStatusCodes", null, ["1", "16", "13-15"], ["0", "17", "1xx", "15-13", "ok"], "write a code from 1 to 16"),
        new("ObserveResponseBody", "True", ["True", "False"], [], "is not a boolean; use true or false"),
        new("Scope", "Origin", ["Origin", "Host", "Client"], ["3", "-1"], "it must be one of Origin, Host, Client"),
        new("PathSegments", "0", ["0", "8"], ["-1", "9"], "it must be from 0 to 8"),
        new("CircuitNameHeader", null, ["X-Tenant", "~"], ["two words", "Content-Type", "authorization", "Proxy-Authorization", "Cookie"],
            "use a header that does not carry credentials, for example X-Tenant"),
        new("MaxCircuitNames", "100", ["0", "2147483647"], ["-1"], "it must be at least 0"),
        new("RejectionMode", "Response", ["Response", "Exception"], ["2", "-1"], "it must be one of Response, Exception"),
        new("MaxCircuits", "10000", ["1", "2147483647"], ["0", "-1"], "it must be at least 1"),
    ];
}
