using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Http.CircuitBreaker.AspNetCore.Control;

/// <summary>Who did what by hand. Ids and names are stable.</summary>
internal static partial class AuditLog
{
    [LoggerMessage(EventId = 101, Level = LogLevel.Warning, EventName = "IsolatedByUser", Message =
        "Circuit {Circuit} was isolated {Duration} by {User} from {Address}; reason: {Reason}.")]
    public static partial void Isolated(ILogger logger, CircuitKey circuit, string duration, string user, string address, string? reason);

    [LoggerMessage(EventId = 102, Level = LogLevel.Warning, EventName = "ResetByUser", Message = "Circuit {Circuit} was reset by {User} from {Address}.")]
    public static partial void Reset(ILogger logger, CircuitKey circuit, string user, string address);

    public static string FormatDuration(double? seconds) =>
        seconds is { } some ? string.Create(CultureInfo.InvariantCulture, $"for {some:0.###} s") : "until it is reset";

    public static string GetUserName(HttpContext context) => context.User.Identity is { IsAuthenticated: true, Name: { Length: > 0 } name } ? name : "somebody unknown";

    public static string GetRemoteAddress(HttpContext context) => context.Connection.RemoteIpAddress?.ToString() ?? "an unknown address";
}
