using Microsoft.Extensions.Logging;

namespace Http.CircuitBreaker.AspNetCore.Telemetry;

/// <summary>
/// The log events of the endpoints. The IDs, names and properties of the events must not change, because alerts depend on them.
/// </summary>
/// <remarks>Keep all events in one class. With several classes, the order of the generated code would vary between builds.</remarks>
internal static partial class EndpointLog
{
    [LoggerMessage(EventId = 101, Level = LogLevel.Warning, EventName = "IsolatedByUser", Message =
        "Circuit {Circuit} was isolated {Duration} by {User} from {Address}; its calls are rejected. Reason: {Reason}")]
    public static partial void Isolated(ILogger logger, CircuitKey circuit, string duration, string user, string address, string reason);

    [LoggerMessage(EventId = 102, Level = LogLevel.Warning, EventName = "ResetByUser", Message =
        "Circuit {Circuit} was reset by {User} from {Address}; its calls are sent again.")]
    public static partial void Reset(ILogger logger, CircuitKey circuit, string user, string address);

    [LoggerMessage(EventId = 103, Level = LogLevel.Error, EventName = "PollFailed", Message =
        "Reading the circuits failed. All clients of the event stream were disconnected; live pages reconnect automatically.")]
    public static partial void PollFailed(ILogger logger, Exception exception);

    [LoggerMessage(EventId = 104, Level = LogLevel.Warning, EventName = "NoAuthorizationPolicy", Message =
        "The circuit breaker endpoints at '{Route}' have no authorization policy, so outside the Development environment they return 404 "
        + "to every request. Call RequireAuthorization() on the result of MapCircuitBreakers().")]
    public static partial void NoAuthorizationPolicy(ILogger logger, string route);

    [LoggerMessage(EventId = 105, Level = LogLevel.Warning, EventName = "AnonymousControl", Message =
        "The circuit breaker endpoints at '{Route}' allow anonymous requests, and EnableControl is true: anyone who can reach this "
        + "application can isolate and reset circuits. Replace AllowAnonymous() with RequireAuthorization(), or set EnableControl to "
        + "false.")]
    public static partial void AnonymousControl(ILogger logger, string route);

    [LoggerMessage(EventId = 106, Level = LogLevel.Error, EventName = "HistoryFailed", Message =
        "Reading the circuits failed. The call counts on the live page are not updated until a circuit opens or a client connects.")]
    public static partial void HistoryFailed(ILogger logger, Exception exception);
}
