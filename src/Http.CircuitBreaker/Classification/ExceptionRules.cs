using System.Net.Quic;
using System.Net.Sockets;
using System.Security.Authentication;
using Http.CircuitBreaker.Circuits;

namespace Http.CircuitBreaker.Classification;

/// <summary>What exceptions say about a host. Polly's are known by name: the core depends on no resilience library.</summary>
internal static class ExceptionRules
{
    private const string PollyRejection = "Polly.ExecutionRejectedException";
    private const string PollyTimeout = "Polly.Timeout.TimeoutRejectedException";
    private const string Brotli = "System.IO.Compression.Brotli";

    /// <summary>Whether it is the refusal of another breaker, rate limiter or bulkhead, which sent nothing.</summary>
    public static bool IsRejection(Exception exception) =>
        exception is CircuitOpenException || (IsOfType(exception, PollyRejection) && !IsOfType(exception, PollyTimeout));

    /// <summary>
    /// Whether the caller's own request content threw while it was sent, which HttpClient wraps as it wraps a broken connection. Content in
    /// memory does not throw; for other content there has to be proof: a cause that is known to come from outside the network stack.
    /// </summary>
    public static bool IsFaultOfRequestContent(HttpRequestMessage request, Exception exception) =>
        request.Content is not (null or ByteArrayContent or ReadOnlyMemoryContent)
        && exception is HttpRequestException { HttpRequestError: HttpRequestError.Unknown, InnerException: { } inner }
        && !IsOfTransport(inner)
        && IsFromOutsideTheNetworkStack(inner);

    /// <summary>The reason if the host is to blame; null for the client's own limits and for faults of the caller's code.</summary>
    public static string? FailureReason(Exception exception) => exception switch
    {
        OperationCanceledException or TimeoutException => FailureReasons.Timeout,
        _ when IsOwnLimit(exception) => null,
        // A handler below checked the status of a response, which may be that of another host, such as a token endpoint.
        HttpRequestException { HttpRequestError: HttpRequestError.Unknown, StatusCode: not null } => null,
        HttpRequestException { HttpRequestError: var error } => NameOf(error) ?? NameOf(exception),
        HttpIOException { HttpRequestError: var error } => NameOf(error) ?? NameOf(exception),
        IOException or SocketException or AuthenticationException => NameOf(exception),
        _ => IsOfType(exception, PollyTimeout) ? FailureReasons.Timeout : null,
    };

    /// <summary>
    /// The same for an error while a body was read, where any error is the host's, such as that of a decompressor that met garbage, except
    /// those that say the reader misused the stream. Of the decompressors only Brotli's says so where it met garbage, and is known by its
    /// assembly. A copy wraps what the stream threw: the reason is the same, however the body is read.
    /// </summary>
    public static string? BodyFailureReason(Exception exception) => exception switch
    {
        ObjectDisposedException => null,
        InvalidOperationException { Source: Brotli } => NameOf(exception),
        InvalidOperationException or ArgumentException or NotSupportedException => null,
        HttpRequestException { HttpRequestError: HttpRequestError.Unknown, InnerException: { } inner } => BodyFailureReason(inner),
        OperationCanceledException or TimeoutException or HttpRequestException or HttpIOException => FailureReason(exception),
        _ => NameOf(exception),
    };

    public static string NameOf(Exception exception) => exception.GetType().FullName ?? exception.GetType().Name;

    // HTTP/2 aborts the connection for it and hides it two exceptions deep.
    private static bool IsOwnLimit(Exception exception)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            var isOwn = cause switch
            {
                HttpRequestException request => IsOwnLimit(request.HttpRequestError),
                HttpIOException body => IsOwnLimit(body.HttpRequestError),
                _ => false,
            };
            if (isOwn)
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsOwnLimit(HttpRequestError error) => error
        is HttpRequestError.ConfigurationLimitExceeded
        or HttpRequestError.UserAuthenticationError
        or HttpRequestError.VersionNegotiationError
        or HttpRequestError.ExtendedConnectNotSupported;

    // The names that .NET's own http.client metrics use for error.type.
    private static string? NameOf(HttpRequestError error) => error switch
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

    private static bool IsOfTransport(Exception exception)
    {
        for (var link = exception; link is not null; link = link.InnerException)
        {
            if (link is SocketException or HttpIOException or AuthenticationException or QuicException or OperationCanceledException)
            {
                return true;
            }
        }

        return false;
    }

    // By the assembly that threw, as TLS throws plain IOExceptions. Where it is not known, as without stack traces, the host is to blame:
    // better a failure too many than an outage that nobody sees.
    private static bool IsFromOutsideTheNetworkStack(Exception exception)
    {
        var cause = exception;
        while (cause is HttpRequestException { InnerException: { } inner })
        {
            cause = inner;
        }

        return cause.Source is { } assembly && !assembly.StartsWith("System.Net", StringComparison.Ordinal);
    }

    private static bool IsOfType(Exception exception, string fullName)
    {
        for (var type = exception.GetType(); type is not null; type = type.BaseType)
        {
            if (type.FullName == fullName)
            {
                return true;
            }
        }

        return false;
    }
}
