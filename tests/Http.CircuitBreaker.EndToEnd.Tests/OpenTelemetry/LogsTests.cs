using System.Diagnostics;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Logs;

namespace Http.CircuitBreaker.EndToEnd.Tests.OpenTelemetry;

[Collection(SequentialTests.Name)]
public sealed class LogsTests
{
    [Fact]
    public async Task State_changes_are_logged_in_the_trace_of_the_call_that_caused_them()
    {
        await using var app = await ObservedApp.StartAsync();
        var callers = await app.OpenAsync();
        app.Heal();
        var (first, second) = (await app.CallAsync(), await app.CallAsync());

        Assert.Equal(
            [
                (1, "CircuitOpened", LogLevel.Warning, callers[^1].TraceId),
                (2, "CircuitHalfOpened", LogLevel.Information, first.TraceId),
                (3, "CircuitClosed", LogLevel.Information, second.TraceId),
            ],
            app.Logs().Select(Event));
    }

    [Fact]
    public async Task Opening_of_a_circuit_is_logged_with_call_counts_as_attributes()
    {
        await using var app = await ObservedApp.StartAsync();
        await app.OpenAsync();

        var attributes = Assert.Single(app.Logs()).Attributes!.ToDictionary(attribute => attribute.Key, attribute => attribute.Value);

        Assert.Equal($"{ObservedApp.Client} {app.Host.Address.ToString().TrimEnd('/')}", attributes["Circuit"]!.ToString());
        Assert.Equal(CircuitTransitionReason.ConsecutiveFailures, attributes["Reason"]);
        Assert.Equal((4L, 6L, 0L), (attributes["Failed"], attributes["Total"], attributes["Overdue"]));
        Assert.Equal(("500", 1.0, 1), (attributes["FailureReason"], attributes["BreakSeconds"], attributes["ConsecutiveOpenings"]));
    }

    private static (int, string?, LogLevel, ActivityTraceId) Event(LogRecord record) =>
        (record.EventId.Id, record.EventId.Name, record.LogLevel, record.TraceId);
}
