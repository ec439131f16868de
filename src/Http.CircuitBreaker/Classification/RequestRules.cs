using System.Net.Http.Headers;

namespace Http.CircuitBreaker.Classification;

/// <summary>Recognizes requests that fail because of their headers, or because of the length of content in memory.</summary>
/// <remarks>
/// The exceptions of .NET for them have no error code, and are the same as for some failures of the host. Therefore these rules examine the
/// request. Content that is not in memory is observed while it is sent instead.
/// </remarks>
internal static class RequestRules
{
    // RFC 9113, section 7.
    private const long ProtocolError = 1;
    private const long CompressionError = 9;
    private const long EnhanceYourCalm = 11;
    private const long Http11Required = 13;

    // The lowest default limit of common servers.
    private const long LargeHeaders = 8_192;

    public static bool IsAtFault(HttpRequestMessage request, Exception exception) =>
        exception is HttpRequestException { StatusCode: null } error
        && error.InnerException switch
        {
            null => error.HttpRequestError == HttpRequestError.Unknown && (HasUnusualHeaders(request) || HasWrongLength(request.Content)),
            HttpProtocolException { ErrorCode: Http11Required } => true,
            HttpProtocolException { ErrorCode: ProtocolError or CompressionError or EnhanceYourCalm } => HasUnusualHeaders(request),

            // The content closed the stream of the transport.
            ObjectDisposedException => request.Content is not null,

            // For example, a request without content that must be sent in chunks.
            var inner => request.Content is null && inner.GetType() == typeof(InvalidOperationException),
        };

    // The size is that of RFC 9113, section 6.5.2.
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

    // Types from other assemblies may not have their content in memory.
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
