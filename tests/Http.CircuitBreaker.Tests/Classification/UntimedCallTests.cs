using System.Net.Http.Headers;
using System.Net.Http.Json;
using Http.CircuitBreaker.Classification;

namespace Http.CircuitBreaker.Tests.Classification;

/// <summary>Which calls may wait indefinitely for response headers.</summary>
public sealed class UntimedCallTests
{
    [Fact]
    public void Requests_with_small_content_or_none_are_timed()
    {
        Assert.False(IsUntimed(null));
        Assert.False(IsUntimed(new StringContent("text")));
        Assert.False(IsUntimed(JsonContent.Create(new { Amount = 1 })));
        Assert.False(IsUntimed(new FormUrlEncodedContent([])));
        Assert.False(IsUntimed(new ReadOnlyMemoryContent(new byte[5])));
    }

    [Fact]
    public void Uploads_are_untimed()
    {
        Assert.True(IsUntimed(new StreamContent(Stream.Null)));
        Assert.True(IsUntimed(new MultipartFormDataContent()));
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData("5S", false)]
    public void GRPC_calls_are_untimed_without_a_deadline(string? deadline, bool expected)
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
