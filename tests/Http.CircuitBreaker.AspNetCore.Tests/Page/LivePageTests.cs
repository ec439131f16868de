using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Http.CircuitBreaker.AspNetCore.Tests.Support;
using Microsoft.AspNetCore.Builder;

namespace Http.CircuitBreaker.AspNetCore.Tests.Page;

/// <summary>How the page is served. The end-to-end tests show its behaviour in a browser.</summary>
public sealed partial class LivePageTests
{
    [Fact]
    public async Task Content_security_policy_allows_only_the_pages_own_script_and_style()
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
    public async Task The_page_is_a_single_file_without_external_resources()
    {
        await using var app = await CircuitsApp.StartAsync();
        var html = (await app.GetAsync("/circuits/")).Text;

        Assert.DoesNotMatch(ExternalUrl(), html);
        Assert.DoesNotContain("innerHTML", html, StringComparison.Ordinal);
        Assert.DoesNotContain(" style=", html, StringComparison.Ordinal);
        Assert.True(html.Split('\n').Length < 600, $"{html.Split('\n').Length} lines");
        Assert.True(Encoding.UTF8.GetByteCount(html) < 48_000, $"{Encoding.UTF8.GetByteCount(html)} bytes");
    }

    [Theory]
    [InlineData("/circuits", "/circuits", "./circuits/")]
    [InlineData("/circuits", "/circuits?state=open", "./circuits/?state=open")]
    [InlineData("/ops/{area}", "/ops/e%C3%BC", "./e%C3%BC/")]
    [InlineData("/ops/{area}", "/ops/https:evil.example", "./https:evil.example/")]
    public async Task A_path_without_a_trailing_slash_redirects_to_a_relative_URL(string pattern, string path, string location)
    {
        await using var app = await CircuitsApp.StartAsync(new AppSetup { Pattern = pattern });
        var answer = await app.GetAsync(Uri.UnescapeDataString(path));
        Assert.Equal((302, location), (answer.Status, answer.Headers.Location.ToString()));
    }

    [Fact]
    public async Task A_path_without_a_trailing_slash_is_also_redirected_if_the_app_has_a_path_base()
    {
        var setup = new AppSetup { Pattern = "", Pipeline = application => application.UsePathBase("/circuits") };
        await using var app = await CircuitsApp.StartAsync(setup);
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
    private static partial Regex ExternalUrl();
}
