using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using Http.CircuitBreaker.Circuits;
using Http.CircuitBreaker.Tests.Support;

namespace Http.CircuitBreaker.Tests.Classification;

public sealed class ExceptionClassificationTests
{
    private readonly ClassifierHarness _classifier = new();

    public static TheoryData<HttpRequestError, string?> Errors => new()
    {
        { HttpRequestError.Unknown, "System.Net.Http.HttpRequestException" },
        { HttpRequestError.NameResolutionError, "name_resolution_error" },
        { HttpRequestError.ConnectionError, "connection_error" },
        { HttpRequestError.SecureConnectionError, "secure_connection_error" },
        { HttpRequestError.HttpProtocolError, "http_protocol_error" },
        { HttpRequestError.ExtendedConnectNotSupported, null },
        { HttpRequestError.VersionNegotiationError, null },
        { HttpRequestError.UserAuthenticationError, null },
        { HttpRequestError.ProxyTunnelError, "proxy_tunnel_error" },
        { HttpRequestError.InvalidResponse, "invalid_response" },
        { HttpRequestError.ResponseEnded, "response_ended" },
        { HttpRequestError.ConfigurationLimitExceeded, null },
    };

    public static TheoryData<Exception, string> HostExceptions => new()
    {
        { new IOException(), "System.IO.IOException" },
        { new EndOfStreamException(), "System.IO.EndOfStreamException" },
        { new SocketException((int)SocketError.ConnectionRefused), "System.Net.Sockets.SocketException" },
        { new AuthenticationException(), "System.Security.Authentication.AuthenticationException" },
        { new HttpRequestException(), "System.Net.Http.HttpRequestException" },
        { new HttpRequestException("refused", new SocketException()), "System.Net.Http.HttpRequestException" },
        { new WebException("reset"), "System.Net.WebException" },
        { new WebException("TLS", new IOException(), WebExceptionStatus.SecureChannelFailure, response: null), "System.Net.WebException" },
        { new WebException("read timed out", WebExceptionStatus.Timeout), "timeout" },
        { new HttpRequestException("wrapped", new WebException("reset")), "System.Net.Http.HttpRequestException" },
        { new TimeoutException(), "timeout" },
        { new OperationCanceledException(), "timeout" },
        { new TaskCanceledException("connect timeout", new TimeoutException()), "timeout" },
        { new OperationCanceledException(new CancellationToken(canceled: true)), "timeout" },
    };

    public static TheoryData<Exception> CallerExceptions =>
    [
        new InvalidOperationException(),
        new ArgumentException("bad"),
        new NotSupportedException(),
        new ObjectDisposedException("client"),
        new UriFormatException(),
        new UnauthorizedAccessException(),
        new DirectoryNotFoundException(),
        new FileNotFoundException(),
        new DriveNotFoundException(),
        new PathTooLongException(),
        new FileLoadException(),
        new IOException("The process cannot access the file.", unchecked((int)0x80070020)),
        new FormatException(),
        new AggregateException(new IOException()),
        new WebException("token endpoint", innerException: null, WebExceptionStatus.ProtocolError, new TokenResponse()),
        new HttpRequestException("token endpoint", inner: null, HttpStatusCode.NotFound),
        new HttpRequestException("token endpoint", inner: null, HttpStatusCode.InternalServerError),
    ];

    [Fact]
    public void Test_cases_cover_every_HttpRequestError() =>
        Assert.Equal(Enum.GetValues<HttpRequestError>().Order(), Errors.Select(row => (HttpRequestError)((object?[])row)[0]!).Order());

    [Theory]
    [MemberData(nameof(Errors))]
    public void Request_errors_are_failures_except_for_limits_set_by_the_client(HttpRequestError error, string? reason) =>
        Assert.Equal(
            reason is null ? CallResult.Ignored : CallResult.Failure(reason),
            _classifier.Classify(new HttpRequestException(error, "failed")));

    [Theory]
    [MemberData(nameof(Errors))]
    public void HttpIOException_is_classified_like_HttpRequestException(HttpRequestError error, string? reason)
    {
        var expected = error == HttpRequestError.Unknown ? "System.Net.Http.HttpIOException" : reason;

        Assert.Equal(expected is null ? CallResult.Ignored : CallResult.Failure(expected), _classifier.Classify(new HttpIOException(error)));
    }

    [Theory]
    [MemberData(nameof(HostExceptions))]
    public void Network_exceptions_are_failures(Exception exception, string reason) =>
        Assert.Equal(CallResult.Failure(reason), _classifier.Classify(exception));

    [Theory]
    [MemberData(nameof(CallerExceptions))]
    public void Exceptions_caused_by_callers_or_other_handlers_are_ignored(Exception exception) =>
        Assert.Equal(CallResult.Ignored, _classifier.Classify(exception));

    // EMFILE and ENFILE are TooManyOpenSockets. A network can be unreachable for one host only, for example through a VPN.
    [Theory]
    [InlineData(SocketError.TooManyOpenSockets, true)]
    [InlineData(SocketError.NoBufferSpaceAvailable, true)]
    [InlineData(SocketError.AddressNotAvailable, true)]
    [InlineData(SocketError.AddressAlreadyInUse, true)]
    [InlineData(SocketError.NetworkDown, false)]
    [InlineData(SocketError.NetworkUnreachable, false)]
    [InlineData(SocketError.HostUnreachable, false)]
    [InlineData(SocketError.ConnectionRefused, false)]
    public void Lack_of_local_sockets_buffers_or_ports_is_ignored(SocketError error, bool isIgnored)
    {
        var cause = new SocketException((int)error);
        var connecting = new HttpRequestException(HttpRequestError.ConnectionError, cause.Message, cause);
        var sending = new HttpRequestException("Sending failed.", new IOException("Unable to write data.", cause));

        Assert.Equal(isIgnored ? CallResult.Ignored : CallResult.Failure("connection_error"), _classifier.Classify(connecting));
        Assert.Equal(isIgnored ? CircuitOutcome.Ignored : CircuitOutcome.Failure, _classifier.Classify(sending).Outcome);
        Assert.Equal(isIgnored ? CircuitOutcome.Ignored : CircuitOutcome.Failure, _classifier.Classify(cause).Outcome);
    }

    [Fact]
    public void Exception_after_SlowCallDuration_is_classified_by_its_type_and_not_as_slow()
    {
        _classifier.SlowCallDuration = 1000;

        Assert.Equal(CallResult.Failure("connection_error"), _classifier.Classify(new HttpRequestException(HttpRequestError.ConnectionError), elapsed: 5000));
        Assert.Equal(CallResult.Ignored, _classifier.Classify(new InvalidOperationException(), elapsed: 5000));
    }

    private sealed class TokenResponse : WebResponse;
}
