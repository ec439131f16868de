using Http.CircuitBreaker.AspNetCore.Tests.Support;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace Http.CircuitBreaker.AspNetCore.Tests.Control;

/// <summary>Isolating and resetting over HTTP is logged with the user's name.</summary>
public sealed class AuditLogTests
{
    private const string Circuit = "Circuit payments https://api.example.com:443";

    private static readonly AppSetup _authenticated = new()
    {
        Options = options => options.EnableControl = true,
        Conventions = group => group.RequireAuthorization(),
        Services = services =>
        {
            services.AddAuthentication(HeaderAuthentication.Scheme)
                .AddScheme<AuthenticationSchemeOptions, HeaderAuthentication>(HeaderAuthentication.Scheme, null);
            services.AddAuthorization();
        },
    };

    [Fact]
    public async Task Isolate_and_reset_are_logged_with_the_users_name()
    {
        await using var app = await CircuitsApp.StartAsync(_authenticated);
        await app.CallAsync();
        await PostAsync(app, "isolate", """{ "durationSeconds": 600, "reason": "planned maintenance" }""");
        await PostAsync(app, "reset", "{}");

        var lines = ReadAuditLog(app);
        Assert.Equal(
            [
                (101, $"{Circuit} was isolated for 600 s by ada from 127.0.0.1; its calls are rejected. Reason: planned maintenance"),
                (102, $"{Circuit} was reset by ada from 127.0.0.1; its calls are sent again."),
            ],
            lines.Select(line => (line.Id.Id, line.Message)));
        Assert.All(lines, line => Assert.Equal(LogLevel.Warning, line.Level));
    }

    [Fact]
    public async Task A_missing_user_name_is_logged_as_unknown_and_a_missing_reason_as_none()
    {
        await using var app = await CircuitsApp.StartAsync(AppSetup.Controllable);
        await app.CallAsync();
        await app.PostAsync($"/circuits/api/{CircuitsApp.Key.Id}/isolate");
        Assert.Equal(
            $"{Circuit} was isolated until it is reset by an unknown user from 127.0.0.1; its calls are rejected. Reason: none",
            Assert.Single(ReadAuditLog(app)).Message);
    }

    [Fact]
    public async Task Line_breaks_and_bidirectional_marks_are_escaped_in_the_audit_log()
    {
        const string Name = "stock\r\nfake: line\u2028\u202Ex";
        await using var app = await CircuitsApp.StartAsync(_authenticated with { Breaker = options => options.CircuitName = _ => Name });
        await app.CallAsync();
        var key = CircuitKey.FromName(CircuitsApp.Client, Name);
        foreach (var action in (string[])["isolate", "reset"])
        {
            await app.PostAsync($"/circuits/api/{key.Id}/{action}", "{}", context =>
                context.Request.Headers[HeaderAuthentication.Header] = "ada\r\nfake: line\u2029\u2067\u200F\u061C\u0085");
        }

        var lines = ReadAuditLog(app);
        Assert.Equal(2, lines.Count);
        Assert.All(lines, line =>
        {
            Assert.Contains(@"Circuit payments stock\u000D\u000Afake: line\u2028\u202Ex was ", line.Message, StringComparison.Ordinal);
            Assert.Contains(
                @" by ada\u000D\u000Afake: line\u2029\u2067\u200F\u061C\u0085 from 127.0.0.1;", line.Message, StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task Refused_requests_are_not_written_to_the_audit_log()
    {
        await using var app = await CircuitsApp.StartAsync(AppSetup.Controllable);
        await app.CallAsync();
        await app.PostAsync($"/circuits/api/{CircuitsApp.Key.Id}/isolate", """{ "durationSeconds": -1 }""");
        await app.PostAsync("/circuits/api/AAAAAAAAAAAAAAAA/reset");
        Assert.Empty(ReadAuditLog(app));
    }

    private static Task<ApiResponse> PostAsync(CircuitsApp app, string action, string body) =>
        app.PostAsync($"/circuits/api/{CircuitsApp.Key.Id}/{action}", body, context =>
            context.Request.Headers[HeaderAuthentication.Header] = "ada");

    private static List<FakeLogRecord> ReadAuditLog(CircuitsApp app) =>
        [.. app.Logs.GetSnapshot().Where(record => record.Category == "Http.CircuitBreaker.AspNetCore")];
}
