using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Http.Headers;

namespace Http.CircuitBreaker.Content;

/// <summary>Decides which responses have a body that can still fail.</summary>
internal static class BodyRules
{
    // The type that .NET uses for the content of a response without a body. It is internal, so it cannot be named.
    private static readonly Type _emptyContent = new HttpResponseMessage().Content.GetType();

    public static bool CanBreak(HttpRequestMessage request, HttpResponseMessage response, [NotNullWhen(true)] HttpContent? content) =>
        content is not null
        && !IsInMemory(content)
        && MayHaveBody(request, response.StatusCode)
        && !IsEmpty(content.Headers);

    /// <summary>Whether .NET decompresses the content. Such content has no Content-Length, even after it is buffered.</summary>
    public static bool IsDecompressed(HttpContent content) => content.GetType().DeclaringType?.Name == "DecompressionHandler";

    // The content of a 101 response is the WebSocket connection, so it must not be wrapped.
    private static bool MayHaveBody(HttpRequestMessage request, HttpStatusCode statusCode) =>
        statusCode is >= HttpStatusCode.OK and not (HttpStatusCode.NoContent or HttpStatusCode.NotModified)
        && request.Method != HttpMethod.Head
        && request.Method != HttpMethod.Connect;

    public static bool IsInMemory(HttpContent content) =>
        content.GetType() == _emptyContent || content is (ByteArrayContent and not HalfDuplexUploadContent) or ReadOnlyMemoryContent;

    private static bool IsEmpty(HttpContentHeaders headers) =>
        headers.NonValidated.TryGetValues("Content-Length", out var length) && length.ToString() == "0";
}
