using Http.CircuitBreaker.Benchmarks.Outages.Host;

namespace Http.CircuitBreaker.Benchmarks.Outages;

/// <summary>The outages, and two hours without one. Each begins with a minute of good health, so that every window is full.</summary>
internal static class OutageScripts
{
    private const double Begin = 60;

    public static IReadOnlyList<OutageScript> All { get; } =
    [
        Lasting("hard_down", "The host refuses connections for two minutes.", 120, HostMode.Refusing),
        Lasting("hang_100s", """
            For three minutes the host accepts calls and never answers; the client's timeout is 100 s.
            """, 180, HostMode.Hanging),
        Lasting("hang_10s", "For two minutes the host accepts calls and never answers; the client's timeout is 10 s.", 120, HostMode.Hanging) with
        {
            ClientTimeout = TimeSpan.FromSeconds(10),
        },
        Lasting("brown_out_30", "For two minutes 30 % of the calls are answered with 503.", 120, HostMode.Erring, errors: 0.3),
        Lasting("brown_out_60", "For two minutes 60 % of the calls are answered with 503.", 120, HostMode.Erring, errors: 0.6),
        Lasting("slow", """
            For a minute every call takes 3 s longer and is answered well; in that way the host cannot carry its load.
            """, 60, HostMode.Slow),
        new("flapping", "Ten times the host refuses connections for 5 s and is well for 15 s.", Seconds(Begin + 200 + 60),
            [.. Enumerable.Range(0, 10).Select(turn => Spell.Seconds(Begin + (20 * turn), Begin + (20 * turn) + 5, HostMode.Refusing))])
        {
            Lengthening = Seconds(0.3),
        },
        new("healthy_1", "An hour of good health in which 1 % of the calls fail.", TimeSpan.FromHours(1)) { Noise = 0.01, Runs = 1 },
        new("healthy_5", "An hour of good health in which 5 % of the calls fail.", TimeSpan.FromHours(1)) { Noise = 0.05, Runs = 1 },
        Lasting("low_traffic", "One process makes one call a second; the host refuses connections for two minutes.", 120, HostMode.Refusing) with
        {
            CallsPerSecond = 1,
            Instances = 1,
        },
        Lasting("rate_limit", "For a minute every call is answered with 429 and, as Retry-After, the time that is left.", 60, HostMode.Limiting),
        Lasting("weak_recovery", """
            The host refuses connections for 30 s. For the first 10 s after a restart more than a tenth of the load fells it for 5 s.
            """, 30, HostMode.Refusing) with
        {
            RecoversWeak = true,
        },
        Lasting("broken_bodies", "For two minutes every body breaks off after good headers.", 120, HostMode.BreakingBodies),
        Lasting("deploy", "A deploy: for 2 s connections are dropped and refused.", 2, HostMode.Refusing) with
        {
            Lengthening = Seconds(0.1),
        },
    ];

    private static OutageScript Lasting(string name, string story, double seconds, HostMode mode, double errors = 0) =>
        new(name, story, Seconds(Begin + seconds + 120), Spell.Seconds(Begin, Begin + seconds, mode, errors));

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);
}
