using System.Globalization;
using System.Net.Http.Headers;

namespace Http.CircuitBreaker.Classification;

/// <summary>What gRPC says over HTTP/2: its status is in headers or trailers, while the HTTP status is 200 whatever happened.</summary>
internal static class Grpc
{
    private const string MediaType = "application/grpc";

    /// <summary>Spares a plain GET over HTTP/1 the look at the headers: gRPC has a request body, and HTTP/2 below it.</summary>
    public static bool IsPossible(HttpRequestMessage request, HttpResponseMessage response) =>
        request.Content is not null || response.Version.Major >= 2;

    public static bool IsReply(HttpRequestMessage request, HttpResponseMessage response) =>
        IsPossible(request, response) && IsGrpc(response.Content);

    public static bool IsGrpc(HttpContent? content) =>
        content is not null
        && content.Headers.NonValidated.TryGetValues("Content-Type", out var type)
        && type.ToString().StartsWith(MediaType, StringComparison.OrdinalIgnoreCase);

    /// <summary>The reason, <c>grpc_14</c>, if the status blames the service: deadline exceeded, resource exhausted, internal, unavailable.</summary>
    public static string? FailureReason(HttpResponseHeaders headers) => Status(headers) switch
    {
        "4" => "grpc_4",
        "8" => "grpc_8",
        "13" => "grpc_13",
        "14" => "grpc_14",
        _ => null,
    };

    /// <summary>The deadline of a request in milliseconds (gRPC over HTTP/2, header <c>grpc-timeout</c>): up to eight digits and a unit.</summary>
    public static long? Timeout(HttpRequestMessage request)
    {
        if (!request.Headers.NonValidated.TryGetValues("grpc-timeout", out var values)
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

    private static string? Status(HttpResponseHeaders headers) =>
        headers.NonValidated.TryGetValues("grpc-status", out var values) ? values.ToString() : null;
}
