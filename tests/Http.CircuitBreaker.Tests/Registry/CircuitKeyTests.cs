namespace Http.CircuitBreaker.Tests.Registry;

public sealed class CircuitKeyTests
{
    [Theory]
    [InlineData("HTTPS://HOST:443/", "https://host/")]
    [InlineData("https://user:password@host/", "https://host/")]
    [InlineData("https://host/path?query#fragment", "https://host")]
    [InlineData("http://host.:80/", "http://host/")]
    [InlineData("http://BÜCHER.example/", "http://xn--bcher-kva.example/")]
    [InlineData("http://[0:0:0:0:0:0:0:1]:8080/", "http://[::1]:8080/")]
    [InlineData("http://0x7f.1/", "http://127.0.0.1/")]
    public void Equivalent_URLs_have_equal_circuit_keys(string one, string other)
    {
        Assert.Equal(Key(one), Key(other));
        Assert.Equal(Key(one).GetHashCode(), Key(other).GetHashCode());
        Assert.True(Key(one) == Key(other));
        Assert.Equal(Key(one, CircuitScope.Host), Key(other, CircuitScope.Host));
    }

    [Theory]
    [InlineData("http://host/", "https://host/")]
    [InlineData("http://host/", "http://host:8080/")]
    [InlineData("http://host/", "http://host2/")]
    [InlineData("http://host/", "http://sub.host/")]
    public void Circuit_keys_differ_by_scheme_host_and_port(string one, string other) => Assert.NotEqual(Key(one), Key(other));

    [Fact]
    public void Circuit_keys_differ_by_case_sensitive_client_name()
    {
        Assert.NotEqual(CircuitKey.FromUri("a", new Uri("http://host/")), CircuitKey.FromUri("b", new Uri("http://host/")));
        Assert.NotEqual(CircuitKey.FromClient("a"), CircuitKey.FromClient("A"));
    }

    [Fact]
    public void Host_keys_ignore_scheme_and_port_and_client_keys_ignore_the_URL()
    {
        Assert.Equal(Key("http://host:81/", CircuitScope.Host), Key("https://HOST/", CircuitScope.Host));
        Assert.NotEqual(Key("http://host/", CircuitScope.Host), Key("http://other/", CircuitScope.Host));
        Assert.Equal(CircuitKey.FromClient("c"), Key("http://host/", CircuitScope.Client));
    }

    [Fact]
    public void Parts_of_a_circuit_key_that_do_not_apply_to_its_scope_are_null()
    {
        Assert.Equal(("c", "https", "host", 8443, null), Parts(Key("https://u:p@host:8443/x")));
        Assert.Equal(("c", "http", "::1", 80, null), Parts(Key("http://[::1]/")));
        Assert.Equal(("c", "custom", "thing", null, null), Parts(Key("custom://thing/x")));
        Assert.Equal(("c", null, "host", null, null), Parts(Key("http://host/", CircuitScope.Host)));
        Assert.Equal(("c", null, null, null, null), Parts(CircuitKey.FromClient("c")));
        Assert.Equal(("c", null, null, null, "eu"), Parts(CircuitKey.FromName("c", "eu")));
        Assert.Equal(("c", "https", "host", 443, "v1/chat"), Parts(Key("https://host/v1/chat").WithName("V1/Chat")));
        Assert.Equal(("c", null, "host", null, "eu"), Parts(Key("https://host/", CircuitScope.Host).WithName("eu")));
        Assert.Equal(CircuitKey.FromName("c", "eu"), CircuitKey.FromClient("c").WithName("eu"));
        Assert.Equal(("", null, null, null, null), Parts(default));
    }

    [Theory]
    [InlineData("\r\n", @"\u000D\u000A")]
    [InlineData("\0\t\u007F\u0085\u009F", @"\u0000\u0009\u007F\u0085\u009F")]
    [InlineData("\u2027\u2028\u2029\u202F", "\u2027" + @"\u2028\u2029" + "\u202F")]
    [InlineData("\u061C\u200D\u200E\u200F", @"\u061C" + "\u200D" + @"\u200E\u200F")]
    [InlineData("\u202A\u202E\u2065\u2066\u2069\u206A", @"\u202A\u202E" + "\u2065" + @"\u2066\u2069" + "\u206A")]
    public void ToString_of_a_circuit_key_escapes_line_breaks_and_bidirectional_marks(string name, string text)
    {
        Assert.Equal($"c {text}.", CircuitKey.FromName("c", $"{name}.").ToString());
        Assert.Equal($"c{text}.", CircuitKey.FromClient($"c{name}.").ToString());
    }

    [Fact]
    public void ToString_of_a_circuit_key_returns_the_client_and_the_scope()
    {
        Assert.Equal("c https://host:443", Key("https://host/").ToString());
        Assert.Equal("c http://[::1]:80", Key("http://[::1]/").ToString());
        Assert.Equal("c custom://thing", Key("custom://thing/x").ToString());
        Assert.Equal("c host", Key("https://host/", CircuitScope.Host).ToString());
        Assert.Equal("c [::1]", Key("https://[::1]/", CircuitScope.Host).ToString());
        Assert.Equal("c", CircuitKey.FromClient("c").ToString());
        Assert.Equal("c eu", CircuitKey.FromName("c", "eu").ToString());
        Assert.Equal("c https://host:443 v1/chat", Key("https://host/").WithName("v1/chat").ToString());
        Assert.Equal("http://host:80", CircuitKey.FromUri("", new Uri("http://host/")).ToString());
        Assert.Equal("", default(CircuitKey).ToString());
    }

    [Fact]
    public void Circuit_key_contains_no_user_info_path_or_query()
    {
        var key = Key("https://user:password@host/path?query#fragment");

        Assert.Equal("c https://host:443", key.ToString());
        Assert.Equal(Key("https://host/").Id, key.Id);
    }

    [Fact]
    public void Relative_URI_is_rejected()
    {
        var exception = Assert.Throws<ArgumentException>(() => CircuitKey.FromUri("c", new Uri("/path", UriKind.Relative)));

        Assert.StartsWith("The URI '/path' is relative", exception.Message, StringComparison.Ordinal);
        Assert.Equal("uri", exception.ParamName);
    }

    [Theory]
    [InlineData("dns:///payments:443")]
    [InlineData("static:///localhost")]
    public void Address_that_only_a_gRPC_channel_can_resolve_is_rejected(string address)
    {
        var exception = Assert.Throws<ArgumentException>(() => Key(address));

        Assert.StartsWith($"The address '{address}' is resolved by a gRPC channel", exception.Message, StringComparison.Ordinal);
        Assert.Equal("uri", exception.ParamName);
    }

    private static CircuitKey Key(string url, CircuitScope scope = CircuitScope.Origin) => CircuitKey.FromUri("c", new Uri(url), scope);

    private static (string Client, string? Scheme, string? Host, int? Port, string? Name) Parts(CircuitKey key) =>
        (key.Client, key.Scheme, key.Host, key.Port, key.Name);
}
