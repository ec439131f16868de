using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Http.CircuitBreaker.AspNetCore.Tests.Support;
using Microsoft.AspNetCore.Builder;

namespace Http.CircuitBreaker.AspNetCore.Tests.Page;

/// <summary>How the page is served; what it does is shown in a real browser.</summary>
public sealed partial class LivePageTests
{
    [Fact]
    public async Task Only_its_own_script_and_style_may_run()
    {
        await using var app = await CircuitsApp.StartAsync();
        var answer = await app.GetAsync("/circuits/");

        Assert.Equal("text/html; charset=utf-8", answer.Headers.ContentType);
        Assert.Equal(
            $"default-src 'none'; script-src '{ComputeHash("script", answer.Text)}'; style-src '{ComputeHash("style", answer.Text)}'; "
            + "connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
            answer.Headers.ContentSecurityPolicy);
        Assert.Equal("DENY", answer.Headers.XFrameOptions);
    }

    [Fact]
    public async Task It_is_one_file_that_asks_nobody_else_for_anything()
    {
        await using var app = await CircuitsApp.StartAsync();
        var html = (await app.GetAsync("/circuits/")).Text;

        Assert.DoesNotMatch(Elsewhere(), html);
        Assert.DoesNotContain("innerHTML", html, StringComparison.Ordinal);
        Assert.DoesNotContain(" style=", html, StringComparison.Ordinal);
        Assert.True(html.Split('\n').Length < 500, $"{html.Split('\n').Length} lines");
    }

    [Theory]
    [InlineData("/circuits", "/circuits", "./circuits/")]
    [InlineData("/circuits", "/circuits?state=open", "./circuits/?state=open")]
    [InlineData("/ops/{area}", "/ops/e%C3%BC", "./e%C3%BC/")]
    [InlineData("/ops/{area}", "/ops/https:evil.example", "./https:evil.example/")]
    public async Task Without_the_slash_at_its_end_it_is_found_by_a_relative_address(string pattern, string path, string location)
    {
        await using var app = await CircuitsApp.StartAsync(new AppSetup { Pattern = pattern });
        var answer = await app.GetAsync(Uri.UnescapeDataString(path));
        Assert.Equal((302, location), (answer.Status, answer.Headers.Location.ToString()));
    }

    [Fact]
    public async Task Under_a_path_base_that_is_all_its_address_the_slash_is_found_too()
    {
        await using var app = await CircuitsApp.StartAsync(new AppSetup { Pattern = "", Pipeline = application => application.UsePathBase("/circuits") });
        Assert.Equal("./circuits/", (await app.GetAsync("/circuits")).Headers.Location);
        Assert.Equal(200, (await app.GetAsync("/circuits/")).Status);
    }

    private static string ComputeHash(string element, string html)
    {
        var text = Regex.Match(html, $"<{element}>(.*?)</{element}>", RegexOptions.Singleline).Groups[1].Value;
        Assert.NotEmpty(text);
        return $"sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}";
    }

    [GeneratedRegex("""(src|href|url|import|fetch|EventSource)\s*[=(]\s*["'`]?\s*(https?:|//|/)""", RegexOptions.IgnoreCase)]
    private static partial Regex Elsewhere();
}
