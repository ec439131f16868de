using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Http.CircuitBreaker.AspNetCore.Json;
using Microsoft.AspNetCore.Http;

namespace Http.CircuitBreaker.AspNetCore.Control;

/// <summary>Reads a small JSON body; none at all is as good as an empty object.</summary>
internal static class RequestBody
{
    private const int MaxBytes = 4096;

    public static async Task<(T? Body, RequestError? Fault)> ReadAsync<T>(HttpContext context, JsonTypeInfo<T> type)
        where T : class
    {
        var buffer = new byte[MaxBytes + 1];
        var length = await context.Request.Body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, context.RequestAborted).ConfigureAwait(false);
        if (length > MaxBytes)
        {
            return (null, new RequestError($"The body must have at most {MaxBytes} bytes.", "body"));
        }

        try
        {
            return (length == 0 ? null : JsonSerializer.Deserialize(buffer.AsSpan(0, length), type), null);
        }
        catch (JsonException exception)
        {
            return (null, FaultOf(exception));
        }
    }

    private static RequestError FaultOf(JsonException exception)
    {
        var field = exception.Path is { Length: > 2 } path && path.StartsWith("$.", StringComparison.Ordinal) ? path[2..] : null;
        return new RequestError(
            field is null
                ? $"The body must be a JSON object: line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1} is none."
                : $"{field} is not a field that is asked for, is there twice, or has a value of the wrong type.",
            field ?? "body");
    }
}

/// <summary>What is wrong with a request, and with which field of it.</summary>
internal sealed record RequestError(string Detail, string? Field = null);

/// <summary>What an isolation may say.</summary>
internal static class IsolationValidator
{
    private const int MaxReasonLength = 200;

    // As long as the registry isolates for; and less than a second is a slip.
    private static readonly double _maxSeconds = TimeSpan.FromDays(365).TotalSeconds;

    public static RequestError? FaultOf(IsolationRequest isolation) => isolation switch
    {
        { DurationSeconds: { } seconds } when !(seconds >= 1 && seconds <= _maxSeconds) =>
            new RequestError($"durationSeconds must be from 1 to {_maxSeconds:0}, which is 365 days; leave it out to isolate until the circuit is reset.", "durationSeconds"),
        { Reason.Length: > MaxReasonLength } => new RequestError($"reason must have at most {MaxReasonLength} characters; it has {isolation.Reason.Length}.", "reason"),
        { Reason: { } reason } when reason.Any(char.IsControl) => new RequestError("reason must be one line of text, without control characters.", "reason"),
        _ => null,
    };
}
