using Microsoft.Extensions.Logging;

namespace Http.CircuitBreaker.Telemetry;

/// <summary>The log events. Their IDs, names and properties must not change, because alerts depend on them.</summary>
/// <remarks>A parameter that is not in the message is logged as a property of the same name, so its name is capitalized.</remarks>
internal static partial class CircuitLog
{
    [LoggerMessage(EventId = 1, Level = LogLevel.Warning, EventName = "CircuitOpened", Message =
        "Circuit {Circuit} opened: {Cause}. {NextStep}.")]
    public static partial void Opened(
        ILogger logger, CircuitKey circuit, string Client, string? Host, int? Port, string cause, CircuitTransitionReason Reason,
        string? FailureReason, long Failed, long Total, long Overdue, double? BreakSeconds, string nextStep, int ConsecutiveOpenings);

    [LoggerMessage(EventId = 2, Level = LogLevel.Information, EventName = "CircuitHalfOpened", Message =
        "Circuit {Circuit} is half-open after {Seconds:0.###} s. {NextStep}.")]
    public static partial void HalfOpened(
        ILogger logger, CircuitKey circuit, string Client, string? Host, int? Port, double seconds, string nextStep);

    [LoggerMessage(EventId = 3, Level = LogLevel.Information, EventName = "CircuitClosed", Message =
        "Circuit {Circuit} closed: {Cause}. The outage lasted {OutageSeconds:0.###} s; rejected calls: {Rejected}.")]
    public static partial void Closed(
        ILogger logger, CircuitKey circuit, string Client, string? Host, int? Port, string cause, CircuitTransitionReason Reason,
        double outageSeconds, long rejected);

    [LoggerMessage(EventId = 4, Level = LogLevel.Warning, EventName = "CircuitIsolated", Message =
        "Circuit {Circuit} was isolated by hand{Place}; reason: {IsolationReason}. {NextStep}.")]
    public static partial void Isolated(
        ILogger logger, CircuitKey circuit, string Client, string? Host, int? Port, string place, string isolationReason,
        string nextStep);

    [LoggerMessage(EventId = 5, Level = LogLevel.Debug, EventName = "CallRejected", Message =
        "Circuit {Circuit} is {State}: a call was rejected without being sent. {NextStep}.")]
    public static partial void Rejected(
        ILogger logger, CircuitKey circuit, string Client, string? Host, int? Port, CircuitState state, double? RetryAfterSeconds,
        string nextStep);

    [LoggerMessage(EventId = 6, Level = LogLevel.Error, EventName = "ReloadFailed", Message =
        "The changed configuration is invalid, so these clients keep their previous settings: '{Client}'. {Error}")]
    public static partial void ReloadFailed(ILogger logger, string client, string error);

    [LoggerMessage(EventId = 7, Level = LogLevel.Warning, EventName = "ScopeChangeIgnored", Message =
        "Client '{Client}' keeps the scope {Present}. The change to {Configured} takes effect after a restart.")]
    public static partial void ScopeChangeIgnored(ILogger logger, string client, string present, string configured);

    [LoggerMessage(EventId = 8, Level = LogLevel.Error, EventName = "UserCodeFailed", Message =
        "{Callback} threw an exception for '{Subject}'. Calls are not affected. Only the first exception is logged.")]
    public static partial void UserCodeFailed(ILogger logger, string callback, string subject, Exception exception);

    [LoggerMessage(EventId = 9, Level = LogLevel.Information, EventName = "MovedBeforeResilience", Message =
        "The circuit breaker of client '{Client}' was moved outside {Handler}, so that rejected calls are not retried "
        + "and timeouts reach the breaker.")]
    public static partial void MovedBeforeResilience(ILogger logger, string client, string handler);

    [LoggerMessage(EventId = 10, Level = LogLevel.Warning, EventName = "KeptInsideResilience", Message =
        "The circuit breaker of client '{Client}' stays inside {Handler}, as registered. That handler may retry rejected calls "
        + "and hide timeouts from the breaker.")]
    public static partial void KeptInsideResilience(ILogger logger, string client, string handler);

    [LoggerMessage(EventId = 11, Level = LogLevel.Warning, EventName = "UnknownClient", Message =
        "The configuration has settings for an unregistered client. They apply if a client with that name is created. {Error}")]
    public static partial void UnknownClient(ILogger logger, string error);

    [LoggerMessage(EventId = 12, Level = LogLevel.Warning, EventName = "CircuitOpenedRemotely", Message =
        "Circuit {Circuit} opened: {Cause}. {NextStep}.")]
    public static partial void OpenedRemotely(
        ILogger logger, CircuitKey circuit, string Client, string? Host, int? Port, string cause, int Instances, string? FailureReason,
        double? BreakSeconds, string nextStep);

    [LoggerMessage(EventId = 13, Level = LogLevel.Warning, EventName = "UnreachableHost", Message =
        "The settings in {Section} have no effect, because no client has one circuit per {Unit}. "
        + "Set the Scope of a client to {Scopes}, or remove these settings.")]
    public static partial void UnreachableHost(ILogger logger, string section, string unit, string scopes);

    [LoggerMessage(EventId = 14, Level = LogLevel.Warning, EventName = "ProbePathRefused", Message =
        "Circuit {Circuit}: the probe of {ProbePath} was answered with {StatusCode}. Only a 2xx response closes the circuit, so calls are "
        + "rejected until the probe gets one; set ProbePath to a health check that needs no credentials. This is logged once.")]
    public static partial void ProbePathRefused(
        ILogger logger, CircuitKey circuit, string Client, string? Host, int? Port, string probePath, int statusCode);

    [LoggerMessage(EventId = 15, Level = LogLevel.Error, EventName = "ChangesDropped", Message =
        "{Listener} is blocked or too slow: 10,000 state changes are waiting for it, so the oldest are dropped. Calls and other observers "
        + "are not affected. The listener should return quickly and do slow work elsewhere.")]
    public static partial void ChangesDropped(ILogger logger, string listener);

    [LoggerMessage(EventId = 16, Level = LogLevel.Information, EventName = "SettingsChanged", Message =
        "The changed configuration of client '{Client}' is valid and applies now: {Changes}.")]
    public static partial void SettingsChanged(ILogger logger, string client, string changes);

    [LoggerMessage(EventId = 17, Level = LogLevel.Information, EventName = "SettingsLoaded", Message =
        "The circuit breaker of client '{Client}' uses {Settings}.")]
    public static partial void SettingsLoaded(ILogger logger, string client, string settings);

    [LoggerMessage(EventId = 18, Level = LogLevel.Information, EventName = "RejectionSummary", Message =
        "Circuit {Circuit} is {State}. Calls rejected in the last {Seconds:0} s without being sent to the host: {Rejected}. {NextStep}.")]
    public static partial void RejectionSummary(
        ILogger logger, CircuitKey circuit, string Client, string? Host, int? Port, CircuitState state, long rejected, double seconds,
        string nextStep);

    [LoggerMessage(EventId = 19, Level = LogLevel.Warning, EventName = "KeyNotRead", Message =
        "The configuration key '{Key}' is ignored, but looks like a circuit breaker setting{Hint}.")]
    public static partial void KeyNotRead(ILogger logger, string key, string hint);

    [LoggerMessage(EventId = 20, Level = LogLevel.Warning, EventName = "CircuitNamesRefused", Message =
        "Client '{Client}' has reached its limit of {Limit} circuit names (MaxCircuitNames). Calls with other names use the circuit of "
        + "calls without a name. Lower PathSegments, raise MaxCircuitNames, or list the important names in the client's Circuits "
        + "section. This is logged once.")]
    public static partial void CircuitNamesRefused(ILogger logger, string client, int limit);
}
