using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Http.CircuitBreaker.Tests.Support;

namespace Http.CircuitBreaker.Tests.Rejection;

/// <summary>How code that sees only headers or an exception recognizes a rejected call.</summary>
public sealed class RecognizeRejectionTests
{
    [Theory]
    [InlineData("application/json")]
    [InlineData("application/grpc")]
    public async Task Every_rejection_has_a_Proxy_Status_header_by_which_it_is_recognized(string mediaType)
    {
        using var rig = new HandlerRig();
        await rig.OpenAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, HandlerRig.Url) { Content = new ByteArrayContent([]) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(mediaType);

        using var response = await rig.Invoker.SendAsync(request, default);

        Assert.True(response.Headers.IsCircuitOpen());
        Assert.Equal([CircuitRejection.ProxyStatus], response.Headers.GetValues("Proxy-Status"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("cache; hit")]
    public async Task Custom_rejection_response_is_also_recognized_by_its_headers(string? proxyStatus)
    {
        using var rig = new HandlerRig(options => options.CreateRejection = (_, _) =>
        {
            var custom = new HttpResponseMessage(HttpStatusCode.OK);
            custom.Headers.TryAddWithoutValidation("Proxy-Status", proxyStatus is null ? [] : [proxyStatus]);
            return custom;
        });
        await rig.OpenAsync();

        using var response = await rig.SendAsync();

        Assert.True(response.Headers.IsCircuitOpen());
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData("edge; error=destination_unavailable", false)]
    [InlineData("Http.CircuitBreaker; error=destination_unavailable, edge; next-hop=x", true)]
    public void Rejection_is_recognized_even_if_other_proxies_add_to_the_Proxy_Status_header(string? proxyStatus, bool isOpen)
    {
        using var response = new HttpResponseMessage();
        if (proxyStatus is not null)
        {
            response.Headers.TryAddWithoutValidation("Proxy-Status", proxyStatus);
        }

        Assert.Equal(isOpen, response.Headers.IsCircuitOpen());
    }

    [Theory]
    [InlineData(RejectionMode.Response)]
    [InlineData(RejectionMode.Exception)]
    public async Task Exception_of_GetFromJsonAsync_is_recognized_as_a_rejection(RejectionMode mode)
    {
        using var rig = new HandlerRig(options => options.RejectionMode = mode);
        await rig.OpenAsync();
        using var client = new HttpClient(rig.Handler, disposeHandler: false);

        var exception = await Assert.ThrowsAnyAsync<HttpRequestException>(() => client.GetFromJsonAsync<int>(HandlerRig.Url));

        Assert.True(exception.IsCircuitOpen());
        Assert.True(new InvalidOperationException("An SDK failed.", exception).IsCircuitOpen());
    }

    [Fact]
    public void Exception_for_a_503_response_of_the_host_is_not_recognized_as_a_rejection()
    {
        using var response = new HttpResponseMessage(HttpStatusCode.ServiceUnavailable);

        var exception = Assert.Throws<HttpRequestException>(() => response.EnsureSuccessStatusCode());

        Assert.False(exception.IsCircuitOpen());
    }

    [Fact]
    public void Tests_can_create_a_rejected_response_and_exception()
    {
        var rejection = new CircuitRejection(HandlerRig.Key, CircuitState.Open, TimeSpan.FromSeconds(5), "timeout");
        using var request = new HttpRequestMessage(HttpMethod.Get, HandlerRig.Url);

        using var response = rejection.ToResponse(request);

        Assert.True(response.IsCircuitOpen(out var seen));
        Assert.Same(rejection, seen);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, TimeSpan.FromSeconds(5)), (response.StatusCode, response.Headers.RetryAfter!.Delta));
        Assert.Same(rejection, new CircuitOpenException(rejection).Rejection);
    }

    [Fact]
    public async Task CreateRejection_can_change_the_default_response()
    {
        using var rig = new HandlerRig(options => options.CreateRejection = (rejection, request) =>
        {
            var response = rejection.ToResponse(request);
            response.Headers.Add("grpc-retry-pushback-ms", "-1");
            return response;
        });
        await rig.OpenAsync();

        using var response = await rig.SendAsync();

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "-1"), (response.StatusCode, response.Headers.GetValues("grpc-retry-pushback-ms").Single()));
        Assert.Equal([CircuitRejection.ProxyStatus], response.Headers.GetValues("Proxy-Status"));
    }
}
