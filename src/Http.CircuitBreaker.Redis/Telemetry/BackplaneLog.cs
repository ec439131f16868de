using Microsoft.Extensions.Logging;

namespace Http.CircuitBreaker.Redis.Telemetry;

/// <summary>The backplane's log events. Their IDs and names must not change, because alerts depend on them.</summary>
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
        "Circuits cannot be shared through Redis: {Error}. To solve this, {Advice}. HTTP calls continue, and each instance decides on its "
        + "own.")]
    public static partial void Misconfigured(ILogger logger, string error, string advice, Exception exception);

    [LoggerMessage(EventId = 204, Level = LogLevel.Information, EventName = "BackplaneJoined", Message =
        "This instance ({Instance}) shares its circuits through Redis with prefix {Prefix}. Live instances: {Instances}.")]
    public static partial void Joined(ILogger logger, string instance, string prefix, int instances);

    [LoggerMessage(EventId = 205, Level = LogLevel.Error, EventName = "BackplaneApplyFailed", Message =
        "A record from Redis could not be applied to a circuit. HTTP calls continue, and other records are applied as usual. Further "
        + "exceptions of this type are not logged.")]
    public static partial void ApplyFailed(ILogger logger, Exception exception);

    [LoggerMessage(EventId = 206, Level = LogLevel.Warning, EventName = "BackplaneRecordRefused", Message =
        "A record in Redis was ignored ({Reason}). Further ignored records are only counted, in http_circuit_breaker.backplane.refused. "
        + "Check what else writes keys with prefix {Prefix}.")]
    public static partial void RecordRefused(ILogger logger, string reason, string prefix);

    [LoggerMessage(EventId = 207, Level = LogLevel.Warning, EventName = "BackplaneDataLost", Message =
        "Redis has lost its data or has been replaced. This instance reports its isolations and open circuits again.")]
    public static partial void DataLost(ILogger logger);
}
