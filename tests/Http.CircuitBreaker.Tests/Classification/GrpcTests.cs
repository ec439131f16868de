using System.Net;
using Http.CircuitBreaker.Classification;
using Http.CircuitBreaker.Circuits;
using Http.CircuitBreaker.Tests.Support;

namespace Http.CircuitBreaker.Tests.Classification;

public sealed class GrpcTests
{
    [Theory]
    [InlineData(false, "1.1", false)]
    [InlineData(true, "1.1", true)]
    [InlineData(false, "2.0", true)]
    [InlineData(false, "3.0", true)]
    [InlineData(true, "2.0", true)]
    public void Response_is_treated_as_gRPC_only_if_the_request_has_a_body_or_HTTP_2_or_later_is_used(
        bool hasBody, string version, bool isPossible)
    {
        using var request = Request(hasBody);
        using var response = Response("application/grpc", version: version);

        Assert.Equal(isPossible, Grpc.IsPossible(request, response));
        Assert.Equal(isPossible, Grpc.IsReply(request, response));
    }

    [Theory]
    [InlineData("application/grpc", true)]
    [InlineData("application/grpc+proto", true)]
    [InlineData("Application/gRPC", true)]
    [InlineData("application/json", false)]
    [InlineData("x-application/grpc", false)]
    public void gRPC_reply_is_detected_by_its_content_type(string type, bool isGrpc)
    {
        using var request = Request(hasBody: true);
        using var response = Response(type);

        Assert.Equal(isGrpc, Grpc.IsReply(request, response));
    }

    [Fact]
    public void Message_without_content_or_content_type_is_not_gRPC()
    {
        Assert.False(Grpc.IsGrpc(null));
        Assert.False(Grpc.IsGrpc(new ByteArrayContent([])));
    }

    [Theory]
    [InlineData("2", "grpc_2")]
    [InlineData("4", "grpc_4")]
    [InlineData("8", "grpc_8")]
    [InlineData("13", "grpc_13")]
    [InlineData("14", "grpc_14")]
    [InlineData("15", "grpc_15")]
    [InlineData("0", null)]
    [InlineData("1", null)]
    [InlineData("5", null)]
    [InlineData("16", null)]
    [InlineData("17", null)]
    [InlineData("-2", null)]
    [InlineData("none", null)]
    [InlineData("140", null)]
    [InlineData(null, null)]
    public void Server_error_in_grpc_status_is_a_failure_even_with_HTTP_200(string? status, string? reason)
    {
        using var request = Request(hasBody: true);
        using var response = Response("application/grpc", status);
        var call = new FinishedCall(request, response, null, Elapsed: 0);

        var result = new CallClassifier(new ClientTimeout(() => null), TimeProvider.System).Classify(in call, ClassifierHarness.Rules(), out _);

        Assert.Equal(reason is null ? CallResult.Success : CallResult.Failure(reason), result);
        Assert.Equal(reason, Grpc.FailureReason(response.Headers, StatusCodeKind.Grpc.Failures));
    }

    [Fact]
    public void grpc_status_on_another_content_type_is_ignored()
    {
        using var request = Request(hasBody: true);
        using var response = Response("application/json", status: "14");
        var call = new FinishedCall(request, response, null, Elapsed: 0);

        Assert.Equal(CallResult.Success, new CallClassifier(new ClientTimeout(() => null), TimeProvider.System).Classify(in call, ClassifierHarness.Rules(), out _));
    }

    [Theory]
    [InlineData("2H", 7_200_000)]
    [InlineData("3M", 180_000)]
    [InlineData("20S", 20_000)]
    [InlineData("1500m", 1_500)]
    [InlineData("2500000u", 2_500)]
    [InlineData("99999999n", 99)]
    [InlineData("7S", 7_000)]
    [InlineData("999999999n", null)] // One digit too many.
    [InlineData("S", null)]
    [InlineData("", null)]
    [InlineData("5", null)]
    [InlineData("5x", null)]
    [InlineData("-5S", null)]
    [InlineData("xS", null)]
    public void grpc_timeout_header_has_up_to_eight_digits_and_a_unit(string text, int? milliseconds)
    {
        using var request = Request(hasBody: true);
        request.Headers.TryAddWithoutValidation("grpc-timeout", text);

        Assert.Equal(milliseconds, Grpc.Timeout(request));
    }

    [Fact]
    public void Request_without_grpc_timeout_has_no_deadline()
    {
        using var request = Request(hasBody: true);

        Assert.Null(Grpc.Timeout(request));
    }

    private static HttpRequestMessage Request(bool hasBody) =>
        new(HttpMethod.Post, "http://host/") { Content = hasBody ? new ByteArrayContent([1]) : null };

    private static HttpResponseMessage Response(string type, string? status = null, string version = "2.0")
    {
        var response = new HttpResponseMessage(HttpStatusCode.OK) { Version = Version.Parse(version), Content = new ByteArrayContent([]) };
        response.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        if (status is not null)
        {
            response.Headers.TryAddWithoutValidation("grpc-status", status);
        }

        return response;
    }
}
