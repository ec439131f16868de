using Http.CircuitBreaker.AspNetCore.Tests.Support;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace Http.CircuitBreaker.AspNetCore.Tests.Control;

/// <summary>Who did what by hand is written down.</summary>
public sealed class AuditLogTests
{
    private static readonly AppSetup _known = new()
    {
        Options = options => options.EnableControl = true,
        Conventions = group => group.RequireAuthorization(),
        Services = services =>
        {
            services.AddAuthentication(HeaderAuthentication.Scheme).AddScheme<AuthenticationSchemeOptions, HeaderAuthentication>(HeaderAuthentication.Scheme, null);
            services.AddAuthorization();
        },
    };

    [Fact]
    public async Task Isolate_and_reset_leave_a_line_with_the_users_name()
    {
        await using var app = await CircuitsApp.StartAsync(_known);
        await app.CallAsync();
        await PostAsync(app, "isolate", """{ "durationSeconds": 600, "reason": "they call it maintenance" }""");
        await PostAsync(app, "reset", "{}");

        var lines = Audit(app);
        Assert.Equal(
            [
                (101, "Circuit payments https://api.example.com:443 was isolated for 600 s by ada from 127.0.0.1; reason: they call it maintenance."),
                (102, "Circuit payments https://api.example.com:443 was reset by ada from 127.0.0.1."),
            ],
            lines.Select(line => (line.Id.Id, line.Message)));
        Assert.All(lines, line => Assert.Equal(LogLevel.Warning, line.Level));
    }

    [Fact]
    public async Task Without_authentication_the_user_is_unknown()
    {
        await using var app = await CircuitsApp.StartAsync(AppSetup.Controllable);
        await app.CallAsync();
        await app.PostAsync($"/circuits/api/{CircuitsApp.Key.Id}/isolate");
        Assert.Contains("until it is reset by somebody unknown", Assert.Single(Audit(app)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_refused_leaves_no_line()
    {
        await using var app = await CircuitsApp.StartAsync(AppSetup.Controllable);
        await app.CallAsync();
        await app.PostAsync($"/circuits/api/{CircuitsApp.Key.Id}/isolate", """{ "durationSeconds": -1 }""");
        await app.PostAsync("/circuits/api/AAAAAAAAAAAAAAAA/reset");
        Assert.Empty(Audit(app));
    }

    private static Task<ApiResponse> PostAsync(CircuitsApp app, string action, string body) =>
        app.PostAsync($"/circuits/api/{CircuitsApp.Key.Id}/{action}", body, context => context.Request.Headers[HeaderAuthentication.Header] = "ada");

    private static List<FakeLogRecord> Audit(CircuitsApp app) =>
        [.. app.Logs.GetSnapshot().Where(record => record.Category == "Http.CircuitBreaker.AspNetCore")];
}
