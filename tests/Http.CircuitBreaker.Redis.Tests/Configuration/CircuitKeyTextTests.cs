using Http.CircuitBreaker.Redis.Protocol;

namespace Http.CircuitBreaker.Redis.Tests.Configuration;

/// <summary>A key that went through Redis is the same key.</summary>
public sealed class CircuitKeyTextTests
{
    public static TheoryData<string, string, CircuitScope> Origins => new()
    {
        { "c", "https://api.example.com", CircuitScope.Origin },
        { "", "http://host:8443/path?query", CircuitScope.Origin },
        { "c", "http://[::1]:5000", CircuitScope.Origin },
        { "c", "https://bücher.example", CircuitScope.Origin },
        { "c", "strange://host", CircuitScope.Origin },
        { "c", "https://api.example.com", CircuitScope.Host },
        { "c", "https://[::1]", CircuitScope.Host },
        { "c", "https://api.example.com", CircuitScope.Client },
    };

    [Theory]
    [MemberData(nameof(Origins))]
    public void It_comes_back(string client, string uri, CircuitScope scope)
    {
        var key = CircuitKey.FromUri(client, new Uri(uri), scope);

        Assert.Equal(key, CircuitKeyText.Parse(CircuitKeyText.Format(key)));
    }

    [Fact]
    public void A_name_comes_back_whatever_is_in_it()
    {
        var key = CircuitKey.FromName("c", "a\nb:\"");

        Assert.Equal(key, CircuitKeyText.Parse(CircuitKeyText.Format(key)));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("c\norigin")]
    [InlineData("c\nother\nx")]
    [InlineData("c\norigin\nnot a uri")]
    [InlineData("c\nhost\n")]
    public void What_is_no_key_is_none(string? text) => Assert.Null(CircuitKeyText.Parse(text));
}
