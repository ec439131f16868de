using System.Net;
using System.Net.Http.Headers;

namespace Http.CircuitBreaker.Content;

/// <summary>Which responses have a body that can still break.</summary>
internal static class BodyRules
{
    // What a response without content shows; the type has no public name.
    private static readonly Type _emptyContent = new HttpResponseMessage().Content.GetType();

    // The content first: what is in memory needs no look at anything else.
    public static bool CanBreak(HttpRequestMessage request, HttpResponseMessage? response) =>
        response?.Content is { } content
        && !IsInMemory(content)
        && MayHaveBody(request, response.StatusCode)
        && !IsEmpty(content.Headers);

    // A wrapped 101 would take the connection away from WebSockets.
    private static bool MayHaveBody(HttpRequestMessage request, HttpStatusCode statusCode) =>
        statusCode is >= HttpStatusCode.OK and not (HttpStatusCode.NoContent or HttpStatusCode.NotModified)
        && request.Method != HttpMethod.Head
        && request.Method != HttpMethod.Connect;

    private static bool IsInMemory(HttpContent content) =>
        content is ByteArrayContent or ReadOnlyMemoryContent || content.GetType() == _emptyContent;

    private static bool IsEmpty(HttpContentHeaders headers) =>
        headers.NonValidated.TryGetValues("Content-Length", out var length) && length.ToString() == "0";
}
