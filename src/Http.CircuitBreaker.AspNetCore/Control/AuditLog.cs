using System.Globalization;
using Http.CircuitBreaker.AspNetCore.Telemetry;
using Http.CircuitBreaker.Printing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Http.CircuitBreaker.AspNetCore.Control;

/// <summary>Logs which user isolated or reset a circuit.</summary>
internal static class AuditLog
{
    public static void Isolated(ILogger logger, HttpContext context, CircuitKey circuit, double? seconds, string? reason) =>
        EndpointLog.Isolated(logger, circuit, FormatDuration(seconds), GetUserName(context), GetRemoteAddress(context), reason ?? "none");

    public static void Reset(ILogger logger, HttpContext context, CircuitKey circuit) =>
        EndpointLog.Reset(logger, circuit, GetUserName(context), GetRemoteAddress(context));

    private static string FormatDuration(double? seconds) =>
        seconds is { } value ? string.Create(CultureInfo.InvariantCulture, $"for {value:0.###} s") : "until it is reset";

    private static string GetUserName(HttpContext context) =>
        context.User.Identity is { IsAuthenticated: true, Name: { Length: > 0 } name } ? PrintableText.Escape(name) : "an unknown user";

    private static string GetRemoteAddress(HttpContext context) => context.Connection.RemoteIpAddress?.ToString() ?? "an unknown address";
}
