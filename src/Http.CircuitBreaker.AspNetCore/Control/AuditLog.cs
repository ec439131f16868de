using System.Globalization;
using Http.CircuitBreaker.Printing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Http.CircuitBreaker.AspNetCore.Control;

/// <summary>Logs which user isolated or reset a circuit. Event IDs and names must not change.</summary>
internal static partial class AuditLog
{
    public static void Isolated(ILogger logger, HttpContext context, CircuitKey circuit, double? seconds, string? reason) =>
        Isolated(logger, circuit, FormatDuration(seconds), GetUserName(context), GetRemoteAddress(context), reason ?? "none");

    public static void Reset(ILogger logger, HttpContext context, CircuitKey circuit) =>
        Reset(logger, circuit, GetUserName(context), GetRemoteAddress(context));

    [LoggerMessage(EventId = 101, Level = LogLevel.Warning, EventName = "IsolatedByUser", Message =
        "Circuit {Circuit} was isolated {Duration} by {User} from {Address}; its calls are rejected. Reason: {Reason}")]
    private static partial void Isolated(ILogger logger, CircuitKey circuit, string duration, string user, string address, string reason);

    [LoggerMessage(EventId = 102, Level = LogLevel.Warning, EventName = "ResetByUser", Message =
        "Circuit {Circuit} was reset by {User} from {Address}; its calls are sent again.")]
    private static partial void Reset(ILogger logger, CircuitKey circuit, string user, string address);

    private static string FormatDuration(double? seconds) =>
        seconds is { } value ? string.Create(CultureInfo.InvariantCulture, $"for {value:0.###} s") : "until it is reset";

    private static string GetUserName(HttpContext context) =>
        context.User.Identity is { IsAuthenticated: true, Name: { Length: > 0 } name } ? PrintableText.Escape(name) : "an unknown user";

    private static string GetRemoteAddress(HttpContext context) => context.Connection.RemoteIpAddress?.ToString() ?? "an unknown address";
}
