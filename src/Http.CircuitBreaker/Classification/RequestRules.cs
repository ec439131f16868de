using System.Net.Http.Headers;

namespace Http.CircuitBreaker.Classification;

/// <summary>
/// Recognizes requests that fail because of their headers, or because in-memory content does not match its Content-Length.
/// </summary>
/// <remarks>
/// The exceptions that .NET throws for such requests have no error code, and some host failures cause the same exceptions. Therefore these
/// rules examine the request. Content that is not in memory is not checked here; it is observed while it is being sent.
/// </remarks>
internal static class RequestRules
{
    // HTTP/2 error codes (RFC 9113, section 7).
    private const long ProtocolError = 1;
    private const long CompressionError = 9;
    private const long EnhanceYourCalm = 11;
    private const long Http11Required = 13;

    // The lowest default limit for request headers among common servers, in bytes.
    private const long LargeHeaders = 8_192;

    public static bool IsAtFault(HttpRequestMessage request, Exception exception) =>
        exception is HttpRequestException { StatusCode: null } error
        && error.InnerException switch
        {
            null => error.HttpRequestError == HttpRequestError.Unknown && (HasUnusualHeaders(request) || HasWrongLength(request.Content)),
            HttpProtocolException { ErrorCode: Http11Required } => true,
            HttpProtocolException { ErrorCode: ProtocolError or CompressionError or EnhanceYourCalm } => HasUnusualHeaders(request),

            // The request content disposed the stream that it was only supposed to write to.
            ObjectDisposedException => request.Content is not null,

            // A request that .NET cannot send, for example one that must be sent in chunks but has no content.
            var inner => request.Content is null && inner.GetType() == typeof(InvalidOperationException),
        };

    // The size of a header is calculated as in RFC 9113, section 6.5.2: the lengths of its name and value plus 32.
    private static bool HasUnusualHeaders(HttpRequestMessage request)
    {
        var size = 0L;
        foreach (var headers in (HttpHeaders?[])[request.Headers, request.Content?.Headers])
        {
            foreach (var (name, values) in headers?.NonValidated ?? default)
            {
                foreach (var value in values)
                {
                    size += name.Length + value.Length + 32;
                    if (value.AsSpan().ContainsAnyExceptInRange(' ', '~'))
                    {
                        return true;
                    }
                }
            }
        }

        return size > LargeHeaders;
    }

    // Custom types derived from ByteArrayContent are not checked, because their content may not be in memory.
    private static bool HasWrongLength(HttpContent? content)
    {
        try
        {
            return content is ByteArrayContent or ReadOnlyMemoryContent
                && content.GetType().Assembly == typeof(HttpContent).Assembly
                && content.Headers.ContentLength != content.ReadAsStream().Length;
        }
        catch (ObjectDisposedException)
        {
            return false;
        }
    }
}
