using System.Net;
using Http.CircuitBreaker.Tests.Support;
using Microsoft.Extensions.Logging.Testing;

namespace Http.CircuitBreaker.Tests.Telemetry;

public sealed class CircuitLogTests
{
    private const string Url = "http://host/";

    [Fact]
    public async Task The_life_of_a_circuit_reads_like_this()
    {
        using var rig = new RegistryRig(["c"]);
        await rig.OpenAsync(Url);
        await rig.GetAsync(Url);
        rig.Time.Advance(TimeSpan.FromSeconds(7.5));
        await rig.GetAsync(Url);
        rig.Registry.Isolate(RegistryRig.KeyOf(Url), TimeSpan.FromMinutes(10), "maintenance");
        rig.Registry.Reset(RegistryRig.KeyOf(Url));

        Assert.Equal(
            [
                "1 CircuitOpened Warning: Circuit c http://host:80 opened for 5 s: ConsecutiveFailures. 10 of 10 calls failed (500), 0 of them still waiting. Openings in a row: 1.",
                "5 CallRejected Debug: Circuit c http://host:80 is Open: a call was rejected.",
                "2 CircuitHalfOpened Information: Circuit c http://host:80 is half-open after 7.5 s: the next calls are probes.",
                "3 CircuitClosed Information: Circuit c http://host:80 closed: ProbesSucceeded.",
                "4 CircuitIsolated Warning: Circuit c http://host:80 was isolated by hand for 600 s; reason: maintenance.",
                "3 CircuitClosed Information: Circuit c http://host:80 closed: Reset.",
            ],
            rig.Logs().Select(Text));
    }

    [Fact]
    public void An_isolation_without_an_end_and_a_note_reads_like_this()
    {
        using var rig = new RegistryRig(["c"]);
        rig.Registry.Isolate(RegistryRig.KeyOf(Url));

        Assert.Equal(
            "4 CircuitIsolated Warning: Circuit c http://host:80 was isolated by hand until it is reset; reason: none.",
            Text(Assert.Single(rig.Logs())));
    }

    [Fact]
    public async Task An_opening_by_overdue_calls_says_how_many_wait()
    {
        using var rig = new RegistryRig(options => (options.SlowCallDuration, options.MinimumThroughput) = (TimeSpan.FromSeconds(1), 2))
        {
            Answer = HandlerAnswers.HangAsync,
        };
        _ = rig.GetAsync(Url);
        _ = rig.GetAsync(Url);
        rig.Time.Advance(TimeSpan.FromSeconds(2));
        await rig.GetAsync(Url);

        Assert.Equal(
            "1 CircuitOpened Warning: Circuit c http://host:80 opened for 5 s: OverdueCalls. 2 of 2 calls failed (slow), 2 of them still waiting. Openings in a row: 1.",
            Text(rig.Logs()[0]));
    }

    [Fact]
    public async Task The_numbers_are_there_for_machines_too()
    {
        using var rig = new RegistryRig(["c"]);
        await rig.OpenAsync(Url);

        var opened = Assert.Single(rig.Logs("CircuitOpened"));

        Assert.Equal("c http://host:80", opened.GetStructuredStateValue("Circuit"));
        Assert.Equal("10", opened.GetStructuredStateValue("Failed"));
        Assert.Equal("10", opened.GetStructuredStateValue("Total"));
        Assert.Equal("500", opened.GetStructuredStateValue("FailureReason"));
        Assert.Equal("ConsecutiveFailures", opened.GetStructuredStateValue("Reason"));
    }

    [Fact]
    public async Task A_fault_in_the_users_rule_is_an_error_once_per_circuit()
    {
        using var rig = new RegistryRig(options => options.Classify = _ => throw new InvalidOperationException("bug"));
        rig.AnswerWith(HttpStatusCode.InternalServerError);
        await rig.GetAsync(Url);
        await rig.GetAsync(Url);
        await rig.GetAsync("http://other/");

        Assert.Equal(
            [
                "8 UserCodeFailed Error: Classify threw for 'c http://host:80'. Calls are not affected; further faults of this kind are not logged for it.",
                "8 UserCodeFailed Error: Classify threw for 'c http://other:80'. Calls are not affected; further faults of this kind are not logged for it.",
            ],
            rig.Logs().Select(Text));
    }

    [Fact]
    public async Task Ordinary_calls_failed_ones_included_log_nothing()
    {
        using var rig = new RegistryRig(["c"]);
        await rig.GetAsync(Url);
        rig.AnswerWith(HttpStatusCode.InternalServerError);
        await rig.GetAsync(Url);

        Assert.Empty(rig.Logs());
    }

    private static string Text(FakeLogRecord record) => $"{record.Id.Id} {record.Id.Name} {record.Level}: {record.Message}";
}
