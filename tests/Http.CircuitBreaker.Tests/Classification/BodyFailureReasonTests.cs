using System.Net;
using Http.CircuitBreaker.Classification;

namespace Http.CircuitBreaker.Tests.Classification;

public sealed class BodyFailureReasonTests
{
    public static TheoryData<Exception, string?> Errors => new()
    {
        { new OperationCanceledException(), "timeout" },
        { new TimeoutException(), "timeout" },
        { new HttpIOException(HttpRequestError.ResponseEnded), "response_ended" },
        { new HttpRequestException(HttpRequestError.ConnectionError), "connection_error" },
        { new HttpRequestException(HttpRequestError.ConfigurationLimitExceeded), null },
        { new HttpRequestException("copying failed", new HttpIOException(HttpRequestError.ResponseEnded)), "response_ended" },
        { new HttpRequestException("copying failed", new ObjectDisposedException("stream")), null },
        { new HttpRequestException("copying failed", new WebException("reset")), "System.Net.WebException" },
        { new WebException("reset"), "System.Net.WebException" },
        { new WebException("read timed out", WebExceptionStatus.Timeout), "timeout" },
        { new HttpRequestException("bare"), "System.Net.Http.HttpRequestException" },
        { new IOException(), "System.IO.IOException" },
        { new InvalidDataException(), "System.IO.InvalidDataException" },
        { new InvalidOperationException { Source = "System.IO.Compression.Brotli" }, "System.InvalidOperationException" },
        { new InvalidOperationException { Source = "Shop" }, null },
        { new ObjectDisposedException("stream") { Source = "System.IO.Compression.Brotli" }, null },
        { new ArgumentOutOfRangeException(), null },
        { new NotSupportedException(), null },
    };

    [Theory]
    [MemberData(nameof(Errors))]
    public void Body_errors_are_failures_unless_the_caller_misused_the_stream(Exception exception, string? reason) =>
        Assert.Equal(reason, ExceptionRules.BodyFailureReason(exception));
}
