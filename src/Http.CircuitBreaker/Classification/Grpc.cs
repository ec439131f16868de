using System.Globalization;
using System.Net.Http.Headers;

namespace Http.CircuitBreaker.Classification;

/// <summary>Recognizes gRPC calls and reads their status from the headers or trailers.</summary>
internal static class Grpc
{
    /// <summary>A fast check that rules out gRPC for HTTP/1.1 calls without request content.</summary>
    public static bool IsPossible(HttpRequestMessage request, HttpResponseMessage response) =>
        request.Content is not null || response.Version.Major >= 2;

    public static bool IsReply(HttpRequestMessage request, HttpResponseMessage response) =>
        IsPossible(request, response) && IsGrpc(response.Content);

    public static bool IsGrpc(HttpContent? content) =>
        content is not null
        && content.Headers.NonValidated.TryGetValues("Content-Type", out var type)
        && type.ToString().StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// Returns the failure reason if the headers or trailers contain a gRPC status that counts as a failure; otherwise null.
    /// </summary>
    public static string? FailureReason(HttpResponseHeaders headers, StatusCodeSet failureCodes) =>
        headers.NonValidated.TryGetValues("grpc-status", out var status)
        && int.TryParse(status.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var code)
        && failureCodes.Contains(code)
            ? string.Create(CultureInfo.InvariantCulture, $"grpc_{code}")
            : null;

    /// <summary>Returns a request's deadline in milliseconds, from the <c>grpc-timeout</c> header.</summary>
    public static long? Timeout(HttpRequestMessage? request)
    {
        if (request is null
            || !request.Headers.NonValidated.TryGetValues("grpc-timeout", out var values)
            || values.ToString() is not { Length: >= 2 and <= 9 } text
            || !long.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var amount))
        {
            return null;
        }

        return text[^1] switch
        {
            'H' => amount * 3_600_000,
            'M' => amount * 60_000,
            'S' => amount * 1_000,
            'm' => amount,
            'u' => amount / 1_000,
            'n' => amount / 1_000_000,
            _ => null,
        };
    }
}
