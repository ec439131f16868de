using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using Http.CircuitBreaker.Circuits;

namespace Http.CircuitBreaker.Classification;

/// <summary>Classifies exceptions. Polly's exceptions are matched by name, because this package does not reference Polly.</summary>
internal static class ExceptionRules
{
    private const string PollyRejection = "Polly.ExecutionRejectedException";
    private const string PollyTimeout = "Polly.Timeout.TimeoutRejectedException";
    private const string Brotli = "System.IO.Compression.Brotli";

    // COR_E_IO.
    private const int UnspecifiedIOError = unchecked((int)0x80131620);

    /// <summary>Whether another circuit breaker, rate limiter or bulkhead rejected the call.</summary>
    public static bool IsRejection(Exception exception) =>
        exception is CircuitOpenException
        || (IsOfType(exception.GetType(), PollyRejection) && !IsOfType(exception.GetType(), PollyTimeout));

    /// <summary>Returns the reason if the host failed; null for the client's own limits and for errors in the caller's code.</summary>
    public static string? FailureReason(Exception exception) => exception switch
    {
        OperationCanceledException or TimeoutException => CallResult.Timeout,

        // When a client-side limit is exceeded, HTTP/2 aborts the connection and wraps the exception twice.
        _ when Causes(exception).Any(cause => IsClientLimit(cause) || IsLocalShortage(cause)) => null,

        // An inner handler threw because of a status code, which may come from another host, such as a token endpoint.
        HttpRequestException { HttpRequestError: HttpRequestError.Unknown, StatusCode: not null } => null,
        HttpRequestException { HttpRequestError: var error } => GetName(error) ?? GetName(exception),
        HttpIOException { HttpRequestError: var error } => GetName(error) ?? GetName(exception),

        // .NET for Android reports network errors this way. With a response it is from other code, such as a token handler.
        WebException { Response: not null } => null,
        WebException { Status: WebExceptionStatus.Timeout } => CallResult.Timeout,
        IOException when IsFileError(exception) => null,
        WebException or IOException or SocketException or AuthenticationException => GetName(exception),
        _ => IsOfType(exception.GetType(), PollyTimeout) ? CallResult.Timeout : null,
    };

    /// <summary>Returns the reason if the host failed, also if request content has wrapped the exception in one of another type.</summary>
    public static string? WrappedFailureReason(Exception exception) =>
        Causes(exception).Select(FailureReason).FirstOrDefault(reason => reason is not null);

    /// <summary>Returns the reason if reading a body failed; null if the reader misused the stream.</summary>
    /// <remarks>
    /// Corrupt compressed data counts as a failure. For Brotli, the exception type is the same as for misuse, but the assembly differs.
    /// </remarks>
    public static string? BodyFailureReason(Exception exception) => exception switch
    {
        ObjectDisposedException => null,
        WebException => FailureReason(exception),
        InvalidOperationException { Source: Brotli } => GetName(exception),
        InvalidOperationException or ArgumentException or NotSupportedException => null,
        HttpRequestException { HttpRequestError: HttpRequestError.Unknown, InnerException: { } inner } => BodyFailureReason(inner),
        OperationCanceledException or TimeoutException or HttpRequestException or HttpIOException => FailureReason(exception),
        _ => GetName(exception),
    };

    public static string GetName(Exception exception) => exception.GetType().FullName ?? exception.GetType().Name;

    // Exceptions of the file system contain the error of the operating system. Those of network streams do not.
    private static bool IsFileError(Exception exception) =>
        exception is not (EndOfStreamException or HttpIOException) && exception.HResult != UnspecifiedIOError;

    private static bool IsClientLimit(Exception exception) => (exception switch
    {
        HttpRequestException request => request.HttpRequestError,
        HttpIOException body => body.HttpRequestError,
        _ => HttpRequestError.Unknown,
    })
        is HttpRequestError.ConfigurationLimitExceeded
        or HttpRequestError.UserAuthenticationError
        or HttpRequestError.VersionNegotiationError
        or HttpRequestError.ExtendedConnectNotSupported;

    // This machine has no free sockets, buffers or ports. Windows reports a lack of ports as an address that is in use.
    private static bool IsLocalShortage(Exception exception) => exception is SocketException
    {
        SocketErrorCode: SocketError.TooManyOpenSockets
            or SocketError.NoBufferSpaceAvailable
            or SocketError.AddressNotAvailable
            or SocketError.AddressAlreadyInUse
    };

    // These names match error.type in .NET's http.client metrics.
    private static string? GetName(HttpRequestError error) => error switch
    {
        HttpRequestError.NameResolutionError => "name_resolution_error",
        HttpRequestError.ConnectionError => "connection_error",
        HttpRequestError.SecureConnectionError => "secure_connection_error",
        HttpRequestError.HttpProtocolError => "http_protocol_error",
        HttpRequestError.ProxyTunnelError => "proxy_tunnel_error",
        HttpRequestError.InvalidResponse => "invalid_response",
        HttpRequestError.ResponseEnded => "response_ended",
        _ => null,
    };

    private static IEnumerable<Exception> Causes(Exception? exception)
    {
        for (; exception is not null; exception = exception.InnerException)
        {
            yield return exception;
        }
    }

    private static bool IsOfType(Type? type, string fullName) =>
        type is not null && (type.FullName == fullName || IsOfType(type.BaseType, fullName));
}
