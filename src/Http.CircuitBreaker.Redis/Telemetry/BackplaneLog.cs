using Microsoft.Extensions.Logging;

namespace Http.CircuitBreaker.Redis.Telemetry;

/// <summary>All log events. Ids and names are stable.</summary>
internal static partial class BackplaneLog
{
    [LoggerMessage(EventId = 201, Level = LogLevel.Warning, EventName = "BackplaneDisconnected", Message =
        "Redis does not answer, so circuits are not shared. Calls go on, each instance decides for itself, and the connection is retried.")]
    public static partial void Disconnected(ILogger logger, Exception exception);

    [LoggerMessage(EventId = 202, Level = LogLevel.Information, EventName = "BackplaneReconnected", Message =
        "Redis answers again, so circuits are shared again.")]
    public static partial void Reconnected(ILogger logger);

    [LoggerMessage(EventId = 203, Level = LogLevel.Error, EventName = "BackplaneMisconfigured", Message =
        "Circuits cannot be shared: {Error}. Calls go on and each instance decides for itself. "
        + "Check the Redis configuration string, the credentials and whether the server allows Lua scripts.")]
    public static partial void Misconfigured(ILogger logger, string error, Exception exception);

    [LoggerMessage(EventId = 204, Level = LogLevel.Information, EventName = "BackplaneJoined", Message =
        "Circuits are shared through Redis as instance {Instance} with prefix {Prefix}. Live instances: {Instances}.")]
    public static partial void Joined(ILogger logger, string instance, string prefix, int instances);

    [LoggerMessage(EventId = 205, Level = LogLevel.Error, EventName = "BackplaneApplyFailed", Message =
        "A reply of Redis could not be applied to a circuit. Calls go on, and the next change is applied.")]
    public static partial void ApplyFailed(ILogger logger, Exception exception);
}
