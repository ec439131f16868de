using Http.CircuitBreaker.Benchmarks.Outages.Host;
using Http.CircuitBreaker.Benchmarks.Outages.Traffic;

namespace Http.CircuitBreaker.Benchmarks.Outages.Scripts;

/// <summary>The outages. Each starts after a healthy minute, so that every sampling window is full.</summary>
internal static class OutageScripts
{
    private const double Start = 60;

    public static IReadOnlyList<OutageScript> All { get; } =
    [
        Lasting("hard_down", "The host refuses connections for two minutes.", 120, HostMode.Refusing),
        Lasting("hang_100s", """
            The host accepts calls for three minutes and never responds; the client's timeout is 100 s.
            """, 180, HostMode.Hanging),
        Lasting("hang_10s", """
            The host accepts calls for two minutes and never responds; the client's timeout is 10 s.
            """, 120, HostMode.Hanging) with
        {
            ClientTimeout = Seconds(10),
        },
        Lasting("hang_token_10s", """
            The host accepts calls for two minutes and never responds; the callers' own tokens cancel after 10 s, the client's timeout is
            100 s.
            """, 120, HostMode.Hanging) with
        {
            CallerTimeout = Seconds(10),
        },
        Partial("hang_30", "30 % of the calls hang for two minutes; the client's timeout is 10 s.", HostMode.Hanging, 0.3) with
        {
            ClientTimeout = Seconds(10),
        },
        Partial("replica_down", "One of four replicas refuses connections for two minutes.",
            HostMode.Refusing, 0.25, FaultScope.FirstReplica),
        Partial("shard_hangs", """
            One of ten shards hangs for two minutes, so calls for its data hang, also when retried; the client's timeout is 10 s.
            """, HostMode.Hanging, 0.1, FaultScope.Calls) with
        {
            ClientTimeout = Seconds(10),
        },
        Partial("brown_out_30", "30 % of the calls fail with 503 for two minutes.", HostMode.Failing, 0.3),
        Partial("brown_out_60", "60 % of the calls fail with 503 for two minutes.", HostMode.Failing, 0.6),
        Lasting("slow", """
            Every call succeeds but takes 3 s longer for a minute; the host cannot handle its load at that speed.
            """, 60, HostMode.Slow),
        Lasting("overload", """
            The host's capacity falls from 160 to 64 calls per second for 20 s. The client's timeout is 2 s, and a queued call whose caller
            has left costs the host twice its time, so without a breaker the queue never empties again.
            """, 20, HostMode.Overloaded) with
        {
            ClientTimeout = Seconds(2),
            HostWorkers = 8,
            FinishesAbandonedCalls = true,
            Lengthening = Seconds(0.3),
        },
        new("flapping", "The host refuses connections for 5 s and is healthy for 15 s, ten times.", Seconds(Start + 200 + 60),
            [.. Enumerable.Range(0, 10).Select(turn => Start + (20 * turn))
                .Select(from => FaultPeriod.FromSeconds(from, from + 5, HostMode.Refusing))])
        {
            Lengthening = Seconds(0.3),
        },
        Lasting("low_traffic", """
            One process sends one call per second; the host refuses connections for two minutes.
            """, 120, HostMode.Refusing) with
        {
            Sources = [new CallSource(1, Calls.Short)],
            Processes = 1,
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
        Lasting("own_network", """
            The network of the one calling process is down for 10 s, so all of its 50 hosts fail; it sends 4 calls per second to each.
            """, 10, HostMode.Refusing) with
        {
            Sources = [new CallSource(200, Calls.Short)],
            Processes = 1,
            Hosts = 50,
            Lengthening = Seconds(0.3),
        },
    ];

    private static OutageScript Lasting(string name, string description, double seconds, HostMode mode) =>
        new(name, description, Seconds(Start + seconds + 120), FaultPeriod.FromSeconds(Start, Start + seconds, mode));

    private static OutageScript Partial(
        string name, string description, HostMode mode, double share, FaultScope scope = FaultScope.Attempts) =>
        new(name, description, Seconds(Start + 120 + 120),
            FaultPeriod.FromSeconds(Start, Start + 120, mode) with { Share = share, Scope = scope });

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);
}
