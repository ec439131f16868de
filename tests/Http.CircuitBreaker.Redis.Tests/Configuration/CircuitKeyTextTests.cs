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
    public void Circuit_key_is_the_same_after_formatting_and_parsing(string client, string uri, CircuitScope scope)
    {
        var key = CircuitKey.FromUri(client, new Uri(uri), scope);

        Assert.Equal(key, CircuitKeyText.Parse(CircuitKeyText.Format(key)));
        Assert.Equal(key.WithName("v1/chat:0"), CircuitKeyText.Parse(CircuitKeyText.Format(key.WithName("v1/chat:0"))));
    }

    [Fact]
    public void Circuit_name_with_special_characters_is_the_same_after_formatting_and_parsing()
    {
        var key = CircuitKey.FromName("c", "a\nb:\"");

        Assert.Equal(key, CircuitKeyText.Parse(CircuitKeyText.Format(key)));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("c\nOrigin")]
    [InlineData("c\nOther\nhttps://host/")]
    [InlineData("c\n3\nhttps://host/")]
    [InlineData("c\nOrigin\nnot a uri")]
    [InlineData("c\nOrigin\ndns:///host")]
    [InlineData("c\nHost\n")]
    public void Invalid_text_is_not_parsed_as_a_circuit_key(string? text) => Assert.Null(CircuitKeyText.Parse(text));
}
