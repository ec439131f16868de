using System.Net;
using Http.CircuitBreaker.Telemetry;
using Http.CircuitBreaker.Tests.Support;
using Microsoft.Extensions.Logging.Testing;

namespace Http.CircuitBreaker.Tests.Telemetry;

public sealed class CircuitLogTests
{
    private const string Url = "http://host/";

    [Fact]
    public async Task State_changes_are_logged_with_their_details()
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
                "1 CircuitOpened Warning: Circuit c http://host:80 opened: 10 or more calls failed in a row (HTTP 500), over at least 0 s. Calls are rejected for 5 s, then one call is sent as a probe.",
                "5 CallRejected Debug: Circuit c http://host:80 is Open: a call was rejected without being sent. Retry after 5 s.",
                "2 CircuitHalfOpened Information: Circuit c http://host:80 is half-open after 7.5 s. Next, one call is sent as a probe; other calls are rejected.",
                "3 CircuitClosed Information: Circuit c http://host:80 closed: 1 probe succeeded. The outage lasted 7.5 s; rejected calls: 1.",
                "4 CircuitIsolated Warning: Circuit c http://host:80 was isolated by hand; reason: maintenance. Calls are rejected for 600 s, then one call is sent as a probe.",
                "3 CircuitClosed Information: Circuit c http://host:80 closed: reset by hand. The outage lasted 0 s; rejected calls: 0.",
            ],
            rig.Logs().Select(Text));
    }

    [Fact]
    public void Indefinite_isolation_without_a_reason_is_logged()
    {
        using var rig = new RegistryRig(["c"]);
        rig.Registry.Isolate(RegistryRig.KeyOf(Url));

        Assert.Equal(
            "4 CircuitIsolated Warning: Circuit c http://host:80 was isolated by hand; reason: none. Calls are rejected until the circuit is reset.",
            Text(Assert.Single(rig.Logs())));
    }

    [Fact]
    public async Task Opening_because_of_overdue_calls_logs_their_number()
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
            "1 CircuitOpened Warning: Circuit c http://host:80 opened: 2 of the last 2 calls failed (slow), 2 of them still waiting after 1 s, limit 50 % of at least 2 calls in 30 s. Calls are rejected for 5 s, then one call is sent as a probe.",
            Text(rig.Logs()[0]));
    }

    [Fact]
    public async Task Opening_of_a_circuit_is_logged_with_structured_properties()
    {
        using var rig = new RegistryRig(["c"]);
        await rig.OpenAsync(Url);

        var opened = Assert.Single(rig.Logs("CircuitOpened"));

        Assert.Equal("c http://host:80", opened.GetStructuredStateValue("Circuit"));
        Assert.Equal("c", opened.GetStructuredStateValue("Client"));
        Assert.Equal("host", opened.GetStructuredStateValue("Host"));
        Assert.Equal("80", opened.GetStructuredStateValue("Port"));
        Assert.Equal("5", opened.GetStructuredStateValue("BreakSeconds"));
        Assert.Equal("10", opened.GetStructuredStateValue("Failed"));
        Assert.Equal("10", opened.GetStructuredStateValue("Total"));
        Assert.Equal("500", opened.GetStructuredStateValue("FailureReason"));
        Assert.Equal("ConsecutiveFailures", opened.GetStructuredStateValue("Reason"));
    }

    [Fact]
    public async Task Exception_in_Classify_is_logged_as_an_error_once_per_circuit()
    {
        using var rig = new RegistryRig(options => options.Classify = _ => throw new InvalidOperationException("bug"));
        rig.AnswerWith(HttpStatusCode.InternalServerError);
        await rig.GetAsync(Url);
        await rig.GetAsync(Url);
        await rig.GetAsync("http://other/");

        Assert.Equal(
            [
                "8 UserCodeFailed Error: Classify threw an exception for 'c http://host:80'. Calls are not affected. Only the first exception is logged.",
                "8 UserCodeFailed Error: Classify threw an exception for 'c http://other:80'. Calls are not affected. Only the first exception is logged.",
            ],
            rig.Logs().Select(Text));
    }

    [Fact]
    public async Task Successful_and_failed_calls_are_not_logged()
    {
        using var rig = new RegistryRig(["c"]);
        await rig.GetAsync(Url);
        rig.AnswerWith(HttpStatusCode.InternalServerError);
        await rig.GetAsync(Url);

        Assert.Empty(rig.Logs());
    }

    [Fact]
    public async Task In_Observe_mode_the_log_says_that_calls_would_be_rejected()
    {
        using var rig = new RegistryRig(options => options.Mode = CircuitBreakerMode.Observe);
        await rig.OpenAsync(Url);

        Assert.EndsWith(
            "Calls would be rejected for 5 s (in Observe mode they are sent), then one call is sent as a probe.",
            Assert.Single(rig.Logs("CircuitOpened")).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("503", "HTTP 503")]
    [InlineData("grpc_14", "gRPC status 14")]
    [InlineData("connection_error", "connection_error")]
    [InlineData(null, "unknown")]
    public void Failure_reasons_are_logged_in_readable_form(string? reason, string text) =>
        Assert.Equal(text, ChangeText.Failure(reason));

    [Theory]
    [InlineData(0.25, "limit 25 %")]
    [InlineData(null, "limit 100 %")]
    public void Failed_slow_start_is_logged_with_its_limit(double? ratio, string limit)
    {
        var circuit = new CircuitHarness();
        var change = circuit.Isolate().LastChange with { Reason = CircuitTransitionReason.RecoveryFailed, Total = 2, Failed = 2, FailureReason = "500" };

        Assert.Equal(
            $"2 of the last 2 calls failed (HTTP 500) during slow start, {limit}",
            ChangeText.Cause(change, circuit.Circuit.Settings with { FailureRatio = ratio }));
    }

    [Theory]
    [InlineData(CircuitTransitionReason.ProbesFailed, "1 of 1 probe failed (HTTP 500)")]
    [InlineData(CircuitTransitionReason.FailureRatio, "1 of 1 call failed (HTTP 500), limit 50 % of at least 1 call in 30 s")]
    public void A_count_of_one_is_logged_in_the_singular(CircuitTransitionReason reason, string text)
    {
        var circuit = new CircuitHarness(settings => settings with { FailureRatio = 0.5, MinimumThroughput = 1, SamplingDuration = 30_000 });
        var change = circuit.Isolate().LastChange with { Reason = reason, Total = 1, Failed = 1, FailureReason = "500" };

        Assert.Equal(text, ChangeText.Cause(change, circuit.Circuit.Settings));
    }

    [Fact]
    public void Line_breaks_and_bidirectional_marks_are_escaped_in_the_log()
    {
        using var rig = new RegistryRig(options => options.CircuitName = _ => "name\r\n\u2028");
        rig.Registry.Isolate(CircuitKey.FromName("c", "name\r\n\u2028"), reason: "two\nlines\u2029\u202E");

        Assert.Equal(
            @"4 CircuitIsolated Warning: Circuit c name\u000D\u000A\u2028 was isolated by hand; reason: two\u000Alines\u2029\u202E. Calls are rejected until the circuit is reset.",
            Text(Assert.Single(rig.Logs())));
        Assert.Equal(@"host\u000D\u000Afake", ChangeText.Failure("host\r\nfake"));
    }

    private static string Text(FakeLogRecord record) => $"{record.Id.Id} {record.Id.Name} {record.Level}: {record.Message}";
}
