using Http.CircuitBreaker.Benchmarks.Outages.Host;
using Http.CircuitBreaker.Benchmarks.Outages.Traffic;

namespace Http.CircuitBreaker.Benchmarks.Outages.Scripts;

/// <summary>An hour each without an outage. No circuit may open at the defaults, unless a script allows it.</summary>
internal static class HarmlessScripts
{
    private const double Hour = 3600;

    private static readonly CallSource _short = new(20, Calls.Short);

    public static IReadOnlyList<OutageScript> All { get; } =
    [
        Of("noise_1", "1 % of the calls fail.", new CallSource(100, Calls.Short)) with { Noise = 0.01, Processes = 4 },
        Of("noise_5", "5 % of the calls fail.", new CallSource(100, Calls.Short)) with { Noise = 0.05, Processes = 4 },
        Of("slow_tail", "1 % of the calls are 30 times slower.", new CallSource(20, Calls.WithSlowShare(0.01, 30))),
        Of("long_polls", "Long polls of 30 s.", new CallSource(1, Calls.Waiting(30))),
        Of("long_polls_at_night", "Long polls of 30 s beside short calls, which stop after half an hour.",
            _short with { Until = Seconds(Hour / 2) }, new CallSource(1, Calls.Waiting(30))),
        Of("event_streams", "Server-sent events every 5 s beside short calls; viewers leave after two minutes on average.",
            _short, new CallSource(0.5, Calls.EventStream(5, 120))),
        Of("grpc_streams", """
            gRPC streams without a first message beside short calls, which stop after half an hour; callers leave after a minute.
            """,
            _short with { Until = Seconds(Hour / 2) }, new CallSource(0.5, Calls.SilentGrpcStream(60))),
        Of("downloads", "Downloads of 60 s beside short calls.", _short, new CallSource(0.5, Calls.Download(60))),
        Of("uploads", "Uploads of 60 s beside short calls.", _short, new CallSource(0.5, Calls.Upload(60))),
        Of("uploads_at_night", "Uploads of 60 s beside short calls, which stop after half an hour.",
            _short with { Until = Seconds(Hour / 2) }, new CallSource(0.5, Calls.Upload(60))),
        Of("cold_start", "The first 20 calls take 5 s, after a start and after each of about ten restarts.",
            new CallSource(20, Calls.WithColdStart(first: 20, every: 7000, seconds: 5))),
        Of("host_pauses", "The host pauses for 2 s every 5 minutes.", _short) with { FaultPeriods = [.. Every(300, 2, HostMode.Paused)] },
        Of("daily_load", "The load changes tenfold over the hour.", new CallSource(50, Calls.Short) { Load = DailyLoad }),
        Of("process_pauses", """
            The calling process stands still for 5 s every 10 minutes and for 10 minutes once; the client's timeout is 3 s.
            """, _short) with
        {
            ClientTimeout = Seconds(3),
            ProcessPauses = [.. Enumerable.Range(1, 5).Select(turn => Pause(600 * turn, 5)), Pause(2200, 600)],
        },
        Of("cancelling_callers", "The callers of 30 % of the calls cancel at a random time before the response.",
            new CallSource(20, Calls.WithCanceledShare(0.3))),
        Of("hedging", "A second request is sent after 60 ms; the slower one is canceled.", _short) with { HedgesAfter = Seconds(0.06) },
        Of("workers", """
            A short call per second; after half an hour none, but twice 16 workers with calls of 20 s for ten minutes.
            """,
            new CallSource(1, Calls.Short) { Until = Seconds(Hour / 2) },
            CallSource.FromWorkers(16, Calls.Waiting(20)) with { From = Seconds(1900), Until = Seconds(2500) },
            CallSource.FromWorkers(16, Calls.Waiting(20)) with { From = Seconds(3000) }) with { Processes = 1 },
        Of("short_then_long", """
            Short calls for an hour, then only calls of 60 s, one per second, for ten minutes; the same again after ten minutes of short
            calls. The circuit may open once, if the first answer after 60 s closes it; until then, failed probes reopen it.
            """,
            _short with { Until = Seconds(Hour) },
            new CallSource(1, Calls.Waiting(60)) { From = Seconds(Hour), Until = Seconds(Hour + 600) },
            _short with { From = Seconds(Hour + 600), Until = Seconds(Hour + 1200) },
            new CallSource(1, Calls.Waiting(60)) { From = Seconds(Hour + 1200) }) with
        {
            Processes = 1,
            Length = Seconds(Hour + 1800),
            AllowedOpenings = 12,
            AllowedRejections = 60,
        },
    ];

    private static OutageScript Of(string name, string description, params IReadOnlyList<CallSource> sources) =>
        new($"harmless_{name}", description, Seconds(Hour)) { Sources = sources, Processes = 2, Runs = 1, AllowedOpenings = 0 };

    private static IEnumerable<FaultPeriod> Every(int interval, double seconds, HostMode mode) =>
        Enumerable.Range(1, (int)(Hour / interval) - 1)
            .Select(turn => FaultPeriod.FromSeconds(interval * turn, (interval * turn) + seconds, mode));

    private static Period Pause(double from, double seconds) => new(Seconds(from), Seconds(from + seconds));

    // From 10 % to 100 %, as from the quietest to the busiest hour of a day.
    private static double DailyLoad(TimeSpan time) => 0.55 - (0.45 * Math.Cos(2 * Math.PI * time.TotalSeconds / Hour));

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);
}
