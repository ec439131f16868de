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

    // COR_E_IO, the HRESULT of an IOException without a specific error.
    private const int UnspecifiedIOError = unchecked((int)0x80131620);

    /// <summary>Whether another circuit breaker, rate limiter or bulkhead rejected the call.</summary>
    public static bool IsRejection(Exception exception) =>
        exception is CircuitOpenException
        || (IsOfType(exception.GetType(), PollyRejection) && !IsOfType(exception.GetType(), PollyTimeout));

    /// <summary>
    /// Returns the failure reason if the host is at fault; null if the caller's code or a client-side limit caused the exception.
    /// </summary>
    public static string? FailureReason(Exception exception) => exception switch
    {
        OperationCanceledException or TimeoutException => CallResult.Timeout,

        // If a call exceeds a client-side limit, .NET aborts the HTTP/2 connection and wraps the exception twice, so all inner exceptions
        // are checked.
        _ when Causes(exception).Any(cause => IsClientLimit(cause) || IsLocalShortage(cause)) => null,

        // An inner handler threw this exception because of a status code. The status code may come from another host, such as a token
        // endpoint.
        HttpRequestException { HttpRequestError: HttpRequestError.Unknown, StatusCode: not null } => null,
        HttpRequestException { HttpRequestError: var error } => GetName(error) ?? GetName(exception),
        HttpIOException { HttpRequestError: var error } => GetName(error) ?? GetName(exception),

        // .NET for Android reports network errors as a WebException. A WebException with a response comes from other code, such as a token
        // handler.
        WebException { Response: not null } => null,
        WebException { Status: WebExceptionStatus.Timeout } => CallResult.Timeout,
        IOException when IsFileError(exception) => null,
        WebException or IOException or SocketException or AuthenticationException => GetName(exception),
        _ => IsOfType(exception.GetType(), PollyTimeout) ? CallResult.Timeout : null,
    };

    /// <summary>
    /// Returns the failure reason if the host is at fault, even if the request content has wrapped the exception in another one.
    /// </summary>
    public static string? WrappedFailureReason(Exception exception) =>
        Causes(exception).Select(FailureReason).FirstOrDefault(reason => reason is not null);

    /// <summary>Returns the failure reason if reading a body failed; null if the reader misused the stream.</summary>
    /// <remarks>
    /// Corrupt compressed data counts as a failure. Brotli reports it with an exception type that otherwise indicates misuse of the stream,
    /// so all exceptions thrown by the Brotli assembly count as corrupt data.
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

    // The HResult of a file system exception contains the operating system's error code; the HResult of a network stream exception does
    // not.
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

    // Whether this machine has run out of sockets, buffers or ports. Windows reports a lack of ports as an address that is already in use.
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
