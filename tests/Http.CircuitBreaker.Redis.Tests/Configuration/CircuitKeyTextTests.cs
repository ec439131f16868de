using Http.CircuitBreaker.Redis.Protocol;

namespace Http.CircuitBreaker.Redis.Tests.Configuration;

/// <summary>The text form of circuit keys in Redis.</summary>
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
    public void Formatted_key_is_parsed_as_the_same_key(string client, string uri, CircuitScope scope)
    {
        var key = CircuitKey.FromUri(client, new Uri(uri), scope);

        Assert.Equal(key, CircuitKeyText.Parse(CircuitKeyText.Format(key)));
    }

    [Fact]
    public void Name_with_special_characters_is_parsed_as_the_same_name()
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
    [InlineData("c\norigin\ndns:///host")]
    [InlineData("c\nhost\n")]
    public void Invalid_text_is_not_parsed_as_a_key(string? text) => Assert.Null(CircuitKeyText.Parse(text));
}
