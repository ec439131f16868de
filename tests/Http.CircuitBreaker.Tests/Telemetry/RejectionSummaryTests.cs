using Http.CircuitBreaker.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Http.CircuitBreaker.Tests.Telemetry;

/// <summary>At most one event in 30 s counts the rejected calls of a circuit.</summary>
public sealed class RejectionSummaryTests
{
    private const string Url = "http://host/";

    [Fact]
    public async Task Rejection_summary_is_logged_every_30_seconds_of_an_outage()
    {
        using var rig = new RegistryRig(options => (options.BreakDuration, options.MaxBreakDuration) = (TimeSpan.FromMinutes(2), null));
        await rig.OpenAsync(Url);
        for (var i = 0; i < 110; i++)
        {
            rig.Time.Advance(TimeSpan.FromSeconds(1));
            await rig.GetAsync(Url);
        }

        Assert.Equal(
            [
                Summary("Open", 30, 30, "The next probe is due in 90 s"),
                Summary("Open", 30, 30, "The next probe is due in 60 s"),
                Summary("Open", 30, 30, "The next probe is due in 30 s"),
            ],
            rig.Logs("RejectionSummary").Select(record => record.Message));
    }

    [Fact]
    public async Task Outage_shorter_than_30_seconds_logs_no_rejection_summary()
    {
        using var rig = new RegistryRig(["c"]);
        for (var outage = 0; outage < 3; outage++)
        {
            await rig.OpenAsync(Url);
            await rig.GetAsync(Url);
            rig.Time.Advance(TimeSpan.FromSeconds(29));
            Assert.False((await rig.GetAsync(Url)).IsCircuitOpen());
            rig.Time.Advance(TimeSpan.FromMinutes(5));
        }

        Assert.Equal(3, rig.Logs("CircuitClosed").Count);
        Assert.Empty(rig.Logs("RejectionSummary"));
    }

    [Fact]
    public async Task Failed_probes_do_not_restart_the_interval_of_rejection_summaries()
    {
        using var rig = new RegistryRig(["c"]);
        await rig.OpenAsync(Url);
        rig.AnswerWith(System.Net.HttpStatusCode.InternalServerError);
        for (var i = 0; i < 95; i++)
        {
            rig.Time.Advance(TimeSpan.FromSeconds(1));
            await rig.GetAsync(Url);
        }

        var summaries = rig.Logs("RejectionSummary");
        Assert.Equal(3, summaries.Count);
        Assert.Equal(
            rig.Circuit(Url).Rejected,
            summaries.Sum(record => int.Parse(record.GetStructuredStateValue("Rejected")!, null)) + 5);
    }

    [Fact]
    public async Task Long_outage_logs_fewer_and_fewer_failed_probes()
    {
        using var rig = await RunLongOutageAsync(LogLevel.Information);

        var openings = rig.Logs("CircuitOpened").Select(record => record.GetStructuredStateValue("ConsecutiveOpenings"));
        Assert.Equal(["1", "2", "4", "8", "16", "32", "64", "128", "256"], openings);
        Assert.Equal(9, rig.Logs("CircuitHalfOpened").Count);
        Assert.InRange(rig.Logs("RejectionSummary").Count, 9, 10);
    }

    [Fact]
    public async Task Debug_logging_includes_every_failed_probe()
    {
        using var rig = await RunLongOutageAsync(LogLevel.Debug);

        Assert.Equal(rig.Circuit(Url).ConsecutiveOpenings, rig.Logs("CircuitOpened").Count);
    }

    [Fact]
    public async Task Rejection_summary_of_an_isolated_or_half_open_circuit_explains_what_happens_next()
    {
        using var rig = new RegistryRig(["c"]);
        rig.Registry.Isolate(RegistryRig.KeyOf(Url));
        rig.Time.Advance(TimeSpan.FromSeconds(45.4));
        await rig.GetAsync(Url);
        rig.Registry.Reset(RegistryRig.KeyOf(Url));
        await rig.OpenAsync(Url);
        rig.Time.Advance(TimeSpan.FromSeconds(5));
        rig.Answer = HandlerAnswers.HangAsync;
        _ = rig.GetAsync(Url);
        rig.Time.Advance(TimeSpan.FromSeconds(40));
        await rig.GetAsync(Url);

        Assert.Equal(
            [
                Summary("Isolated", 45, 1, "The circuit stays isolated until it is reset"),
                Summary("HalfOpen", 45, 1, "The host is being probed"),
            ],
            rig.Logs("RejectionSummary").Select(record => record.Message));
    }

    [Fact]
    public async Task Rejection_summary_has_the_circuit_in_structured_log_properties()
    {
        using var rig = new RegistryRig(["c"]);
        rig.Registry.Isolate(RegistryRig.KeyOf(Url), TimeSpan.FromMinutes(10));
        rig.Time.Advance(TimeSpan.FromSeconds(30));
        await rig.GetAsync(Url);

        var summary = Assert.Single(rig.Logs("RejectionSummary"));
        Assert.Equal((18, LogLevel.Information), (summary.Id.Id, summary.Level));
        Assert.Equal(
            [("Client", "c"), ("Host", "host"), ("Port", "80"), ("Rejected", "1"), ("Seconds", "30")],
            ((string[])["Client", "Host", "Port", "Rejected", "Seconds"]).Select(name => (name, summary.GetStructuredStateValue(name)!)));
    }

    [Fact]
    public async Task Concurrent_rejections_log_one_summary_and_each_call_is_counted_once()
    {
        using var rig = new RegistryRig(["c"]);
        rig.Registry.Isolate(RegistryRig.KeyOf(Url));
        rig.Time.Advance(TimeSpan.FromSeconds(30));
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < 200; i++)
            {
                await rig.GetAsync(Url);
            }
        })));

        Assert.Single(rig.Logs("RejectionSummary"));
        rig.Time.Advance(TimeSpan.FromSeconds(30));
        await rig.GetAsync(Url);
        Assert.Equal(1601, rig.Logs("RejectionSummary").Sum(record => int.Parse(record.GetStructuredStateValue("Rejected")!, null)));
    }

    // The break lasts 1 s, and the outage 5 minutes.
    private static async Task<RegistryRig> RunLongOutageAsync(LogLevel level)
    {
        var rig = new RegistryRig(
            ["c"],
            options => (options.BreakDuration, options.MaxBreakDuration) = (TimeSpan.FromSeconds(1), null),
            services => services.AddLogging(logging => logging.SetMinimumLevel(level)));
        await rig.OpenAsync(Url);
        rig.AnswerWith(System.Net.HttpStatusCode.InternalServerError);
        for (var i = 0; i < 2 * 300; i++)
        {
            rig.Time.Advance(TimeSpan.FromSeconds(0.5));
            await rig.GetAsync(Url);
        }

        return rig;
    }

    private static string Summary(string state, int seconds, int rejected, string next) =>
        $"Circuit c http://host:80 is {state}. Calls rejected in the last {seconds} s without being sent to the host: {rejected}. {next}.";
}
