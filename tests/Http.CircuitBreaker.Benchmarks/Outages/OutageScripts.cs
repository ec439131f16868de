using Http.CircuitBreaker.Benchmarks.Outages.Host;

namespace Http.CircuitBreaker.Benchmarks.Outages;

/// <summary>
/// All scripts: the outages, and two hours without one. Each outage starts after a healthy minute, so that every sampling window is full.
/// </summary>
internal static class OutageScripts
{
    private const double Start = 60;

    public static IReadOnlyList<OutageScript> All { get; } =
    [
        Lasting("hard_down", "The host refuses connections for two minutes.", 120, HostMode.Refusing),
        Lasting("hang_100s", """
            The host accepts calls for three minutes and never responds; the client's timeout is 100 s.
            """, 180, HostMode.Hanging),
        Lasting("hang_10s", "The host accepts calls for two minutes and never responds; the client's timeout is 10 s.", 120, HostMode.Hanging) with
        {
            ClientTimeout = TimeSpan.FromSeconds(10),
        },
        Lasting("brown_out_30", "30 % of the calls fail with 503 for two minutes.", 120, HostMode.Failing, errors: 0.3),
        Lasting("brown_out_60", "60 % of the calls fail with 503 for two minutes.", 120, HostMode.Failing, errors: 0.6),
        Lasting("slow", """
            Every call succeeds but takes 3 s longer for a minute; the host cannot handle its load at that speed.
            """, 60, HostMode.Slow),
        new("flapping", "The host refuses connections for 5 s and is healthy for 15 s, ten times.", Seconds(Start + 200 + 60),
            [.. Enumerable.Range(0, 10).Select(turn => FaultPeriod.FromSeconds(Start + (20 * turn), Start + (20 * turn) + 5, HostMode.Refusing))])
        {
            Lengthening = Seconds(0.3),
        },
        new("healthy_1", "The host is healthy for an hour; 1 % of the calls fail.", TimeSpan.FromHours(1)) { Noise = 0.01, Runs = 1 },
        new("healthy_5", "The host is healthy for an hour; 5 % of the calls fail.", TimeSpan.FromHours(1)) { Noise = 0.05, Runs = 1 },
        Lasting("low_traffic", "One process sends one call per second; the host refuses connections for two minutes.", 120, HostMode.Refusing) with
        {
            CallsPerSecond = 1,
            Instances = 1,
        },
        Lasting("rate_limit", "Every call fails with 429 for a minute; Retry-After is the remaining time.", 60, HostMode.RateLimiting),
        Lasting("weak_recovery", """
            The host refuses connections for 30 s. In the first 10 s after a restart, more than a tenth of the load crashes it for 5 s.
            """, 30, HostMode.Refusing) with
        {
            RecoversWeak = true,
        },
        Lasting("broken_bodies", "Every response body ends early for two minutes; the headers are complete.", 120, HostMode.BreakingBodies),
        Lasting("deploy", "A deployment drops and refuses connections for 2 s.", 2, HostMode.Refusing) with
        {
            Lengthening = Seconds(0.1),
        },
    ];

    private static OutageScript Lasting(string name, string description, double seconds, HostMode mode, double errors = 0) =>
        new(name, description, Seconds(Start + seconds + 120), FaultPeriod.FromSeconds(Start, Start + seconds, mode, errors));

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);
}
