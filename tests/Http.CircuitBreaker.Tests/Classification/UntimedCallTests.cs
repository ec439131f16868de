using System.Net.Http.Headers;
using System.Net.Http.Json;
using Http.CircuitBreaker.Classification;

namespace Http.CircuitBreaker.Tests.Classification;

/// <summary>Which calls may wait indefinitely for response headers.</summary>
public sealed class UntimedCallTests
{
    [Fact]
    public void Slow_call_detection_applies_to_requests_without_content_or_with_content_in_memory()
    {
        Assert.False(IsUntimed(null));
        Assert.False(IsUntimed(new StringContent("text")));
        Assert.False(IsUntimed(JsonContent.Create(new { Amount = 1 })));
        Assert.False(IsUntimed(new FormUrlEncodedContent([])));
        Assert.False(IsUntimed(new ReadOnlyMemoryContent(new byte[5])));
    }

    [Fact]
    public void Uploads_are_exempt_from_slow_call_detection()
    {
        Assert.True(IsUntimed(new StreamContent(Stream.Null)));
        Assert.True(IsUntimed(new MultipartFormDataContent()));
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData("5S", false)]
    public void gRPC_calls_without_a_deadline_are_exempt_from_slow_call_detection(string? deadline, bool expected)
    {
        var content = new ByteArrayContent([]) { Headers = { ContentType = new MediaTypeHeaderValue("application/grpc") } };

        Assert.Equal(expected, IsUntimed(content, deadline));
    }

    private static bool IsUntimed(HttpContent? content, string? deadline = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "http://host/") { Content = content };
        if (deadline is not null)
        {
            request.Headers.Add("grpc-timeout", deadline);
        }

        return CallClassifier.IsUntimed(request);
    }
}
