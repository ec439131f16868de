using Http.CircuitBreaker.AspNetCore.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace Http.CircuitBreaker.AspNetCore.Tests.Control;

/// <summary>Isolate and reset over HTTP.</summary>
public sealed class ControlTests
{
    private static readonly string _isolate = $"/circuits/api/{CircuitsApp.Key.Id}/isolate";
    private static readonly string _reset = $"/circuits/api/{CircuitsApp.Key.Id}/reset";

    public static TheoryData<string, string> BadBodies => new()
    {
        { """{ "durationSeconds": 0 }""", "durationSeconds" },
        { """{ "durationSeconds": 0.5 }""", "durationSeconds" },
        { """{ "durationSeconds": -60 }""", "durationSeconds" },
        { """{ "durationSeconds": 31536001 }""", "durationSeconds" },
        { """{ "durationSeconds": 1e300 }""", "durationSeconds" },
        { """{ "durationSeconds": 1e999 }""", "durationSeconds" },
        { """{ "durationSeconds": "600" }""", "durationSeconds" },
        { """{ "durationSeconds": true }""", "durationSeconds" },
        { """{ "durationSeconds": 60, "durationSeconds": 61 }""", "durationSeconds" },
        { """{ "reason": 7 }""", "reason" },
        { $$"""{ "reason": "{{new string('x', 201)}}" }""", "reason" },
        { """{ "reason": "two\nlines" }""", "reason" },
        { """{ "reason": "\u001b[31mred" }""", "reason" },
        { """{ "minutes": 7 }""", "minutes" },
        { "[]", "body" },
        { "600", "body" },
        { "\"600\"", "body" },
        { "{", "body" },
        { "{} {}", "body" },
        { "durationSeconds=600", "body" },
        { new string(' ', 4095) + "{}", "body" },
    };

    [Fact]
    public async Task Isolate_rejects_calls_until_the_circuit_is_reset()
    {
        await using var app = await CircuitsApp.StartAsync(AppSetup.Controllable);
        await app.CallAsync();
        var isolated = await app.PostAsync(_isolate, """{ "reason": "maintenance" }""");

        Assert.Equal(200, isolated.Status);
        Assert.Equal(("isolated", "maintenance"), (ReadText(isolated, "state"), ReadText(isolated, "isolationReason")));
        Assert.False(isolated.Json.TryGetProperty("until", out _));
        Assert.Equal(System.Net.HttpStatusCode.ServiceUnavailable, await app.CallAsync());

        var reset = await app.PostAsync(_reset);
        Assert.Equal((200, "closed"), (reset.Status, ReadText(reset, "state")));
        Assert.Equal(System.Net.HttpStatusCode.OK, await app.CallAsync());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(600)]
    [InlineData(31536000)]
    public async Task Isolation_ends_after_its_duration(int seconds)
    {
        await using var app = await CircuitsApp.StartAsync(AppSetup.Controllable);
        await app.CallAsync();
        var isolated = await app.PostAsync(_isolate, $$"""{ "durationSeconds": {{seconds}} }""");
        Assert.Equal(app.Time.GetUtcNow().AddSeconds(seconds), isolated.Json.GetProperty("until").GetDateTimeOffset());
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("""{ "durationSeconds": null, "reason": null }""")]
    public async Task Isolation_without_duration_and_reason_is_accepted(string body)
    {
        await using var app = await CircuitsApp.StartAsync(AppSetup.Controllable);
        await app.CallAsync();
        Assert.Equal(200, (await app.PostAsync(_isolate, body)).Status);
        Assert.Equal(CircuitState.Isolated, app.Circuits.Find(CircuitsApp.Key)!.State);
    }

    [Theory]
    [MemberData(nameof(BadBodies))]
    public async Task Invalid_body_returns_400_with_the_name_of_the_invalid_field(string body, string field)
    {
        await using var app = await CircuitsApp.StartAsync(AppSetup.Controllable);
        await app.CallAsync();
        var answer = await app.PostAsync(_isolate, body);
        Assert.Equal((400, field), (answer.Status, answer.Field));
        Assert.Contains(field, answer.Problem, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(CircuitState.Closed, app.Circuits.Find(CircuitsApp.Key)!.State);
    }

    [Theory]
    [InlineData("""{ "reason": "x" }""", "reason")]
    [InlineData("[]", "body")]
    public async Task Reset_accepts_only_an_empty_object(string body, string field)
    {
        await using var app = await CircuitsApp.StartAsync(AppSetup.Controllable);
        await app.CallAsync();
        var answer = await app.PostAsync(_reset, body);
        Assert.Equal((400, field), (answer.Status, answer.Field));
    }

    [Theory]
    [InlineData("isolate")]
    [InlineData("reset")]
    public async Task Unknown_circuit_returns_404(string action)
    {
        await using var app = await CircuitsApp.StartAsync(AppSetup.Controllable);
        var answer = await app.PostAsync($"/circuits/api/AAAAAAAAAAAAAAAA/{action}");
        Assert.Equal(404, answer.Status);
        Assert.Contains("AAAAAAAAAAAAAAAA", answer.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Control_is_off_by_default()
    {
        await using var app = await CircuitsApp.StartAsync();
        await app.CallAsync();
        foreach (var action in (string[])[_isolate, _reset])
        {
            var answer = await app.PostAsync(action);
            Assert.Equal(403, answer.Status);
            Assert.Contains("HttpCircuitBreaker:Endpoints:EnableControl", answer.Problem, StringComparison.Ordinal);
        }

        Assert.Equal(CircuitState.Closed, app.Circuits.Find(CircuitsApp.Key)!.State);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("multipart/form-data; boundary=x")]
    public async Task Requests_with_an_HTML_form_content_type_are_refused(string? type)
    {
        await using var app = await CircuitsApp.StartAsync(AppSetup.Controllable);
        await app.CallAsync();
        var answer = await app.PostAsync(_isolate, "{}", context => context.Request.ContentType = type);
        Assert.Equal(415, answer.Status);
        Assert.Contains("application/json", answer.Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("same-origin", null, true)]
    [InlineData("none", null, true)]
    [InlineData("same-site", null, false)]
    [InlineData("cross-site", null, false)]
    [InlineData("", null, false)]
    [InlineData("cross-site", "http://localhost:5000", false)]
    [InlineData("same-origin", "https://evil.example", true)]
    [InlineData(null, "http://localhost:5000", true)]
    [InlineData(null, "http://LOCALHOST:5000", true)]
    [InlineData(null, "http://localhost:5001", false)]
    [InlineData(null, "http://localhost", false)]
    [InlineData(null, "https://evil.example", false)]
    [InlineData(null, "null", false)]
    [InlineData(null, "", false)]
    [InlineData(null, null, true)]
    public async Task Cross_site_requests_are_refused(string? site, string? origin, bool isAllowed)
    {
        await using var app = await CircuitsApp.StartAsync(AppSetup.Controllable);
        await app.CallAsync();
        var answer = await app.PostAsync(_isolate, "{}", context => SetHeaders(context.Request.Headers, site, origin));
        Assert.Equal(isAllowed ? 200 : 403, answer.Status);
        Assert.Equal(isAllowed ? CircuitState.Isolated : CircuitState.Closed, app.Circuits.Find(CircuitsApp.Key)!.State);
    }

    [Fact]
    public async Task Cross_site_check_ignores_the_scheme_of_the_origin()
    {
        await using var app = await CircuitsApp.StartAsync(AppSetup.Controllable);
        await app.CallAsync();
        var answer = await app.PostAsync(_isolate, "{}", context =>
        {
            context.Request.Host = new HostString("shop.localhost");
            context.Request.Headers.Origin = "https://shop.localhost";
        });
        Assert.Equal(200, answer.Status);
    }

    [Fact]
    public async Task Control_endpoints_do_not_allow_GET()
    {
        await using var app = await CircuitsApp.StartAsync(AppSetup.Controllable);
        await app.CallAsync();
        Assert.Equal(405, (await app.GetAsync(_isolate)).Status);
        Assert.Equal(CircuitState.Closed, app.Circuits.Find(CircuitsApp.Key)!.State);
    }

    private static void SetHeaders(IHeaderDictionary headers, string? site, string? origin)
    {
        if (site is not null)
        {
            headers["Sec-Fetch-Site"] = site;
        }

        if (origin is not null)
        {
            headers.Origin = origin;
        }
    }

    private static string? ReadText(ApiResponse answer, string name) => answer.Json.GetProperty(name).GetString();
}
