using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;

namespace Http.CircuitBreaker.AspNetCore.Page;

/// <summary>Serves the live page with a content security policy that allows only its own script and style.</summary>
internal sealed partial class LivePage
{
    private readonly byte[] _html;
    private readonly string _policy;

    public LivePage()
    {
        using var resource = typeof(LivePage).Assembly.GetManifestResourceStream("circuits.html")!;
        using var reader = new StreamReader(resource, Encoding.UTF8);

        // Browsers normalize line endings to LF before hashing (HTML standard, section 13.2.3.5).
        var html = reader.ReadToEnd().ReplaceLineEndings("\n");
        _html = Encoding.UTF8.GetBytes(html);
        _policy = $"default-src 'none'; script-src '{ComputeHash(Script().Match(html))}'; style-src '{ComputeHash(Style().Match(html))}'; "
            + "connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    }

    public async Task WriteAsync(HttpContext context)
    {
        var response = context.Response;
        if (GetTrailingSlashRedirect(context.Request) is { } location)
        {
            response.StatusCode = StatusCodes.Status302Found;
            response.Headers.Location = location;
            return;
        }

        response.ContentType = "text/html; charset=utf-8";
        response.ContentLength = _html.Length;
        response.Headers.ContentSecurityPolicy = _policy;
        response.Headers.XFrameOptions = "DENY";
        await response.Body.WriteAsync(_html, context.RequestAborted).ConfigureAwait(false);
    }

    // The redirect is relative, because a proxy may have removed a path prefix. The leading dot prevents a segment with a colon from being
    // parsed as a scheme (RFC 3986, section 4.2).
    private static string? GetTrailingSlashRedirect(HttpRequest request)
    {
        var path = request.PathBase.Add(request.Path).ToUriComponent();
        return path.EndsWith('/') ? null : $"./{path[(path.LastIndexOf('/') + 1)..]}/{request.QueryString.ToUriComponent()}";
    }

    private static string ComputeHash(Match element) =>
        $"sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(element.Groups[1].Value)))}";

    [GeneratedRegex("<script>(.*?)</script>", RegexOptions.Singleline)]
    private static partial Regex Script();

    [GeneratedRegex("<style>(.*?)</style>", RegexOptions.Singleline)]
    private static partial Regex Style();
}
