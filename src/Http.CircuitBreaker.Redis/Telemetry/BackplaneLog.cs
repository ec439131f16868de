using Microsoft.Extensions.Logging;

namespace Http.CircuitBreaker.Redis.Telemetry;

/// <summary>The backplane's log events. Event IDs and names must not change.</summary>
internal static partial class BackplaneLog
{
    [LoggerMessage(EventId = 201, Level = LogLevel.Warning, EventName = "BackplaneDisconnected", Message =
        "Redis is not responding, so circuits are not shared. HTTP calls continue, each instance decides on its own, "
        + "and the connection is being retried.")]
    public static partial void Disconnected(ILogger logger, Exception exception);

    [LoggerMessage(EventId = 202, Level = LogLevel.Information, EventName = "BackplaneReconnected", Message =
        "Redis is responding again; circuits are shared.")]
    public static partial void Reconnected(ILogger logger);

    [LoggerMessage(EventId = 203, Level = LogLevel.Error, EventName = "BackplaneMisconfigured", Message =
        "Circuits cannot be shared through Redis: {Error}. HTTP calls continue and each instance decides on its own. "
        + "Check the Redis configuration string, the credentials and whether the server allows Lua scripts.")]
    public static partial void Misconfigured(ILogger logger, string error, Exception exception);

    [LoggerMessage(EventId = 204, Level = LogLevel.Information, EventName = "BackplaneJoined", Message =
        "This instance ({Instance}) shares its circuits through Redis with prefix {Prefix}. Live instances: {Instances}.")]
    public static partial void Joined(ILogger logger, string instance, string prefix, int instances);

    [LoggerMessage(EventId = 205, Level = LogLevel.Error, EventName = "BackplaneApplyFailed", Message =
        "A reply from Redis could not be applied to a circuit. HTTP calls continue, and the next reply is applied as usual.")]
    public static partial void ApplyFailed(ILogger logger, Exception exception);
}
