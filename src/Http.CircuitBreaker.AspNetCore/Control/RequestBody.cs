using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Http.CircuitBreaker.AspNetCore.Json;
using Http.CircuitBreaker.Printing;
using Microsoft.AspNetCore.Http;

namespace Http.CircuitBreaker.AspNetCore.Control;

/// <summary>An error in a request body.</summary>
/// <param name="Detail">A plain-text description of the error.</param>
/// <param name="Field">The JSON name of the invalid field, or <c>body</c> for the whole body.</param>
internal sealed record RequestError(string Detail, string Field);

/// <summary>Reads a small JSON body. An empty body is returned as null.</summary>
internal static class RequestBody
{
    private const int MaxBytes = 4096;

    public static async Task<(T? Body, RequestError? Error)> ReadAsync<T>(HttpContext context, JsonTypeInfo<T> type)
        where T : class
    {
        var buffer = new byte[MaxBytes + 1];
        var length = await context.Request.Body
            .ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, context.RequestAborted).ConfigureAwait(false);
        if (length > MaxBytes)
        {
            return (null, new RequestError($"The body must not be longer than {MaxBytes} bytes.", "body"));
        }

        try
        {
            return (length == 0 ? null : JsonSerializer.Deserialize(buffer.AsSpan(0, length), type), null);
        }
        catch (JsonException exception)
        {
            return (null, DescribeError(exception));
        }
    }

    private static RequestError DescribeError(JsonException exception)
    {
        var isField = exception.Path is { Length: > 2 } path && path.StartsWith("$.", StringComparison.Ordinal);
        var field = isField ? exception.Path![2..] : "body";
        return new RequestError(
            isField
                ? $"'{field}' is unknown, occurs twice or has a value of the wrong type."
                : $"The body is not a valid JSON object; see line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}.",
            field);
    }
}

/// <summary>Validates the duration and the reason of an isolation.</summary>
internal static class IsolationValidator
{
    private const int MaxReasonLength = 200;

    // ICircuitRegistry.Isolate has the same upper limit.
    private static readonly double _maxSeconds = TimeSpan.FromDays(365).TotalSeconds;

    public static RequestError? Validate(IsolationRequest isolation) => isolation switch
    {
        { DurationSeconds: { } seconds } when !(seconds >= 1 && seconds <= _maxSeconds) => new RequestError(
            $"durationSeconds must be from 1 to {_maxSeconds:0} (365 days); omit it to isolate the circuit until it is reset.",
            "durationSeconds"),
        { Reason.Length: > MaxReasonLength } => new RequestError(
            $"reason must not be longer than {MaxReasonLength} characters; it has {isolation.Reason.Length}.", "reason"),
        { Reason: { } reason } when reason.Any(PrintableText.IsUnsafe) => new RequestError(
            "reason must be a single line without control characters or bidirectional marks.", "reason"),
        _ => null,
    };
}
