using System.Net;
using System.Net.Http.Headers;
using Http.CircuitBreaker.Tests.Support;

namespace Http.CircuitBreaker.Tests.Rejection;

public sealed class GrpcRejectionTests
{
    [Theory]
    [InlineData("application/grpc")]
    [InlineData("application/grpc+proto")]
    [InlineData("Application/GRPC")]
    public async Task Rejected_gRPC_call_gets_a_trailers_only_reply_with_status_Unavailable(string mediaType)
    {
        using var rig = new HandlerRig();
        await rig.OpenAsync();
        using var content = new HandlerUntouchableContent();
        content.Headers.ContentType = new MediaTypeHeaderValue(mediaType);
        using var request = new HttpRequestMessage(HttpMethod.Post, HandlerRig.Url) { Content = content, Version = HttpVersion.Version20 };

        using var response = await rig.Invoker.SendAsync(request, default);

        Assert.Equal((HttpStatusCode.OK, HttpVersion.Version20), (response.StatusCode, response.Version));
        Assert.Equal("application/grpc", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal(["14"], response.Headers.GetValues("grpc-status"));
        Assert.Equal(["Circuit Open"], response.Headers.GetValues("grpc-message"));
        Assert.Equal(TimeSpan.FromSeconds(5), response.Headers.RetryAfter!.Delta);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync());
        Assert.Empty(response.TrailingHeaders);
        Assert.Same(request, response.RequestMessage);
        Assert.True(response.IsCircuitOpen());
        Assert.False(content.IsTouched);
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("text/plain")]
    public async Task Rejected_calls_that_are_not_gRPC_get_a_503(string mediaType)
    {
        using var rig = new HandlerRig();
        await rig.OpenAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, HandlerRig.Url) { Content = new StringContent("{}", null, mediaType) };

        using var response = await rig.Invoker.SendAsync(request, default);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.False(response.Headers.Contains("grpc-status"));
    }

    [Fact]
    public async Task gRPC_reply_has_no_Retry_After_during_an_indefinite_isolation()
    {
        using var rig = new HandlerRig();
        rig.Handler.Circuits.Isolate(HandlerRig.Key);
        using var request = new HttpRequestMessage(HttpMethod.Post, HandlerRig.Url) { Content = new ByteArrayContent([]) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");

        using var response = await rig.Invoker.SendAsync(request, default);

        Assert.Equal(["14"], response.Headers.GetValues("grpc-status"));
        Assert.Null(response.Headers.RetryAfter);
    }
}
