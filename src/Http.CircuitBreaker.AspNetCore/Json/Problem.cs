using Http.CircuitBreaker.Printing;
using Microsoft.AspNetCore.Http;

namespace Http.CircuitBreaker.AspNetCore.Json;

/// <summary>
/// Writes errors as problem details (RFC 9457). Error messages include parts of the request, so unsafe characters are escaped.
/// </summary>
internal static class Problem
{
    public static Task WriteAsync(HttpContext context, int status, string title, string detail, string? field = null) =>
        TypedResults.Problem(PrintableText.Escape(detail), statusCode: status, title: title, extensions: Extensions(field))
            .ExecuteAsync(context);

    public static Task WriteBadRequestAsync(HttpContext context, string detail, string field) =>
        WriteAsync(context, StatusCodes.Status400BadRequest, "Bad request", detail, field);

    public static Task WriteUnknownCircuitAsync(HttpContext context, string id) => WriteAsync(
        context,
        StatusCodes.Status404NotFound,
        "Unknown circuit",
        $"There is no circuit '{id}'. It may have been evicted; list all circuits to get the current ids.");

    private static IEnumerable<KeyValuePair<string, object?>>? Extensions(string? field) =>
        field is null ? null : [new KeyValuePair<string, object?>("field", PrintableText.Escape(field))];
}
