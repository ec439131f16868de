using System.Reflection;
using Http.CircuitBreaker.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace Http.CircuitBreaker.Tests.Telemetry;

public sealed class LogEventTests
{
    // Alerts depend on event ids and names, so they must not change.
    [Fact]
    public void Event_IDs_names_and_levels_are_stable()
    {
        var events = typeof(CircuitLog)
            .GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.DeclaredOnly)
            .Select(method => method.GetCustomAttribute<LoggerMessageAttribute>()!)
            .OrderBy(message => message.EventId)
            .Select(message => $"{message.EventId} {message.EventName} {message.Level}");

        Assert.Equal(
            [
                "1 CircuitOpened Warning",
                "2 CircuitHalfOpened Information",
                "3 CircuitClosed Information",
                "4 CircuitIsolated Warning",
                "5 CallRejected Debug",
                "6 ReloadFailed Error",
                "7 ScopeChangeIgnored Warning",
                "8 UserCodeFailed Error",
                "9 MovedBeforeResilience Information",
                "10 KeptInsideResilience Warning",
                "11 UnknownClient Warning",
                "12 CircuitOpenedRemotely Warning",
                "13 UnreachableHost Warning",
                "14 ProbePathRefused Warning",
                "15 ChangesDropped Error",
                "16 SettingsChanged Information",
                "17 SettingsLoaded Information",
                "18 RejectionSummary Information",
                "19 KeyNotRead Warning",
                "20 CircuitNamesRefused Warning",
            ],
            events);
    }

    [Fact]
    public void Log_entry_for_an_invalid_reload_names_the_clients_and_the_error()
    {
        var (telemetry, logs) = Telemetry();
        telemetry.OnReloadFailed(["a", "b"], "FailureRatio '2' is out of range.");

        Assert.Equal(
            "The changed configuration is invalid, so these clients keep their previous settings: 'a', 'b'. FailureRatio '2' is out of range.",
            logs.LatestRecord.Message);
        Assert.Equal(("Http.CircuitBreaker", LogLevel.Error), (logs.LatestRecord.Category, logs.LatestRecord.Level));
    }

    [Fact]
    public void Log_entry_for_an_ignored_scope_change_names_the_current_scope()
    {
        var (telemetry, logs) = Telemetry();
        telemetry.OnScopeChangeIgnored("a", "Origin", "Client");

        Assert.Equal("Client 'a' keeps the scope Origin. The change to Client takes effect after a restart.", logs.LatestRecord.Message);
    }

    private static (CircuitTelemetry Telemetry, FakeLogCollector Logs) Telemetry()
    {
        var logs = FakeLogCollector.Create(new FakeLogCollectorOptions());
        var factory = LoggerFactory.Create(logging => logging.AddProvider(new FakeLoggerProvider(logs)));
        return (new CircuitTelemetry(() => factory, new CircuitMetrics(() => null)), logs);
    }
}
