using System.Net;
using System.Net.Http.Headers;

namespace Http.CircuitBreaker.Content;

/// <summary>Decides which responses have a body that can still fail.</summary>
internal static class BodyRules
{
    // The type of the content of a response without a body, which is internal.
    private static readonly Type _emptyContent = new HttpResponseMessage().Content.GetType();

    public static bool CanBreak(HttpRequestMessage request, HttpResponseMessage? response) =>
        response?.Content is { } content
        && !IsInMemory(content)
        && MayHaveBody(request, response.StatusCode)
        && !IsEmpty(content.Headers);

    // A 101 response must not be wrapped, because its content is the connection of a WebSocket.
    private static bool MayHaveBody(HttpRequestMessage request, HttpStatusCode statusCode) =>
        statusCode is >= HttpStatusCode.OK and not (HttpStatusCode.NoContent or HttpStatusCode.NotModified)
        && request.Method != HttpMethod.Head
        && request.Method != HttpMethod.Connect;

    private static bool IsInMemory(HttpContent content) =>
        content.GetType() == _emptyContent || content is ByteArrayContent or ReadOnlyMemoryContent;

    private static bool IsEmpty(HttpContentHeaders headers) =>
        headers.NonValidated.TryGetValues("Content-Length", out var length) && length.ToString() == "0";
}
