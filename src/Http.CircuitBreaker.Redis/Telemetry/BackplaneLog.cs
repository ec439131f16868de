using Microsoft.Extensions.Logging;

namespace Http.CircuitBreaker.Redis.Telemetry;

/// <summary>Every log event, with its id and name: both are stable.</summary>
internal static partial class BackplaneLog
{
    [LoggerMessage(EventId = 201, Level = LogLevel.Warning, EventName = "BackplaneAway", Message =
        "The Redis server of the circuits does not answer. Each instance decides for itself until it does; calls are not affected.")]
    public static partial void Away(ILogger logger, Exception exception);

    [LoggerMessage(EventId = 202, Level = LogLevel.Information, EventName = "BackplaneBack", Message = "The Redis server of the circuits answers again.")]
    public static partial void Back(ILogger logger);

    [LoggerMessage(EventId = 203, Level = LogLevel.Error, EventName = "BackplaneRefused", Message =
        "The Redis server of the circuits refuses the scripts that share them: {Error} Each instance decides for itself; calls are not affected.")]
    public static partial void Refused(ILogger logger, string error, Exception exception);

    [LoggerMessage(EventId = 204, Level = LogLevel.Error, EventName = "BackplaneMisconfigured", Message =
        "The circuits cannot be shared: {Error} Each instance decides for itself; calls are not affected.")]
    public static partial void Misconfigured(ILogger logger, string error, Exception exception);

    [LoggerMessage(EventId = 205, Level = LogLevel.Information, EventName = "BackplaneJoined", Message =
        "Circuits are shared through Redis as instance {Instance} of the fleet {Prefix}; {Instances} instances are alive.")]
    public static partial void Joined(ILogger logger, string instance, string prefix, int instances);

    [LoggerMessage(EventId = 206, Level = LogLevel.Error, EventName = "BackplaneFailed", Message =
        "An answer of the Redis server could not be applied to the circuits; calls are not affected.")]
    public static partial void Failed(ILogger logger, Exception exception);
}
