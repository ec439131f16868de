using Microsoft.Extensions.Logging;

namespace Http.CircuitBreaker.Telemetry;

/// <summary>Every log event, with its id and name: both are stable.</summary>
internal static partial class CircuitLog
{
    [LoggerMessage(EventId = 1, Level = LogLevel.Warning, EventName = "CircuitOpened", Message =
        "Circuit {Circuit} opened for {BreakSeconds:0.###} s: {Reason}. {Failed} of {Total} calls failed ({FailureReason}), {Overdue} of them still waiting. Openings in a row: {Openings}.")]
    public static partial void Opened(
        ILogger logger, CircuitKey circuit, double? breakSeconds, CircuitTransitionReason reason, long failed, long total, string failureReason, long overdue, int openings);

    [LoggerMessage(EventId = 2, Level = LogLevel.Information, EventName = "CircuitHalfOpened", Message =
        "Circuit {Circuit} is half-open after {Seconds:0.###} s: the next calls are probes.")]
    public static partial void HalfOpened(ILogger logger, CircuitKey circuit, double seconds);

    [LoggerMessage(EventId = 3, Level = LogLevel.Information, EventName = "CircuitClosed", Message = "Circuit {Circuit} closed: {Reason}.")]
    public static partial void Closed(ILogger logger, CircuitKey circuit, CircuitTransitionReason reason);

    [LoggerMessage(EventId = 4, Level = LogLevel.Warning, EventName = "CircuitIsolated", Message = "Circuit {Circuit} was isolated by hand {Duration}; reason: {IsolationReason}.")]
    public static partial void Isolated(ILogger logger, CircuitKey circuit, string duration, string isolationReason);

    [LoggerMessage(EventId = 5, Level = LogLevel.Debug, EventName = "CallRejected", Message = "Circuit {Circuit} is {State}: a call was rejected.")]
    public static partial void Rejected(ILogger logger, CircuitKey circuit, CircuitState state);

    [LoggerMessage(EventId = 6, Level = LogLevel.Error, EventName = "ReloadFailed", Message =
        "The changed configuration of client '{Client}' is not valid; the last good settings stay in force. {Error}")]
    public static partial void ReloadFailed(ILogger logger, string client, string error);

    [LoggerMessage(EventId = 7, Level = LogLevel.Warning, EventName = "ScopeChangeIgnored", Message =
        "The scope of client '{Client}' stays {Present}: the change to {Configured} needs a restart.")]
    public static partial void ScopeChangeIgnored(ILogger logger, string client, CircuitScope present, CircuitScope configured);

    [LoggerMessage(EventId = 8, Level = LogLevel.Error, EventName = "UserCodeFailed", Message =
        "{What} threw for '{Subject}'. Calls are not affected; further faults of this kind are not logged for it.")]
    public static partial void UserCodeFailed(ILogger logger, string what, string subject, Exception exception);

    [LoggerMessage(EventId = 9, Level = LogLevel.Information, EventName = "StepsInFront", Message =
        "The circuit breaker of client '{Client}' steps in front of {Handler}, which stood outside it: a retry outside would wait for rejections and hide timeouts.")]
    public static partial void StepsInFront(ILogger logger, string client, string handler);

    [LoggerMessage(EventId = 10, Level = LogLevel.Warning, EventName = "StandsInside", Message =
        "The circuit breaker of client '{Client}' stands inside {Handler} as it was registered: its rejections will be retried and timeouts may be hidden from it.")]
    public static partial void StandsInside(ILogger logger, string client, string handler);

    [LoggerMessage(EventId = 11, Level = LogLevel.Warning, EventName = "UnknownClient", Message =
        "The settings of an unknown client apply only if it is created later. {Error}")]
    public static partial void UnknownClient(ILogger logger, string error);

    [LoggerMessage(EventId = 12, Level = LogLevel.Warning, EventName = "CircuitOpenedRemotely", Message =
        "Circuit {Circuit} opened for {BreakSeconds:0.###} s: {Reason}. {Instances} instances of the fleet reported failures ({FailureReason}).")]
    public static partial void OpenedRemotely(
        ILogger logger, CircuitKey circuit, double? breakSeconds, CircuitTransitionReason reason, int instances, string failureReason);

    [LoggerMessage(EventId = 13, Level = LogLevel.Warning, EventName = "HostOutOfReach", Message =
        "The settings in {Section} have no effect, because no client has one circuit per {Unit}. Set the Scope of a client to {Scopes}, or remove them.")]
    public static partial void HostOutOfReach(ILogger logger, string section, string unit, string scopes);
}
