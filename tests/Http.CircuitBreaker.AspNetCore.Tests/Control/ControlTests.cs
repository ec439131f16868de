using Http.CircuitBreaker.AspNetCore.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Http.CircuitBreaker.AspNetCore.Tests.Control;

/// <summary>Isolate and reset over HTTP.</summary>
public sealed class ControlTests
{
    private const string Unprintable = @"[\p{Cc}\u2028\u2029\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]";

    private static readonly string _isolate = $"/circuits/api/{CircuitsApp.Key.Id}/isolate";
    private static readonly string _reset = $"/circuits/api/{CircuitsApp.Key.Id}/reset";

    private static readonly AppSetup _anonymous = AppSetup.Controllable with
    {
        Environment = "Production",
        Conventions = group => group.AllowAnonymous(),
    };

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
        { """{ "reason": "\u2028" }""", "reason" },
        { """{ "reason": "\u2029" }""", "reason" },
        { """{ "reason": "\u0085" }""", "reason" },
        { """{ "reason": "\u061C" }""", "reason" },
        { """{ "reason": "\u200E" }""", "reason" },
        { """{ "reason": "\u200F" }""", "reason" },
        { """{ "reason": "\u202A" }""", "reason" },
        { """{ "reason": "\u202E" }""", "reason" },
        { """{ "reason": "\u2066" }""", "reason" },
        { """{ "reason": "\u2069" }""", "reason" },
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
    public async Task Reset_accepts_only_an_empty_JSON_object_as_body(string body, string field)
    {
        await using var app = await CircuitsApp.StartAsync(AppSetup.Controllable);
        await app.CallAsync();
        var answer = await app.PostAsync(_reset, body);
        Assert.Equal((400, field), (answer.Status, answer.Field));
    }

    [Theory]
    [InlineData("Cafe\u0301 \u05E9\u05DC\u05D5\u05DD \uD83D\uDC68\u200D\uD83D\uDD27")]
    [InlineData("\u0645\u06CC\u200C\u062E\u0648\u0627\u0647\u0645")]
    public async Task Isolation_reason_can_be_in_any_language(string reason)
    {
        await using var app = await CircuitsApp.StartAsync(AppSetup.Controllable);
        await app.CallAsync();
        var isolated = await app.PostAsync(_isolate, $$"""{ "reason": "{{reason}}" }""");
        Assert.Equal((200, reason), (isolated.Status, ReadText(isolated, "isolationReason")));
    }

    [Theory]
    [InlineData("/circuits/api/%0D%0A\u2028\u2029\u202Ex/reset", "{}")]
    [InlineData("/circuits/api/some/isolate", "{ \"\u202E\u200Fx\": 1 }")]
    public async Task Line_breaks_and_bidirectional_marks_are_escaped_in_problem_details(string path, string body)
    {
        await using var app = await CircuitsApp.StartAsync(AppSetup.Controllable);
        var answer = await app.PostAsync(Uri.UnescapeDataString(path), body);
        Assert.InRange(answer.Status, 400, 404);
        Assert.DoesNotMatch(Unprintable, answer.Text);
        Assert.DoesNotMatch(Unprintable, answer.Problem);
        Assert.DoesNotMatch(Unprintable, answer.Field ?? "");
        Assert.Contains(@"\u202E", answer.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Exception_from_the_registry_returns_400_or_409_with_its_message()
    {
        var circuits = new FakeRegistry { ChangeException = new ArgumentException("The client does not use the circuit.\r\n") };
        circuits.Circuits.Add(FakeRegistry.Closed("a"));
        await using var app = await CircuitsApp.StartAsync(
            AppSetup.Controllable with { Services = services => services.AddSingleton<ICircuitRegistry>(circuits) });
        foreach (var (exception, status) in new (Exception, int)[]
        {
            (new ArgumentException("The client does not use the circuit."), 400),
            (new ArgumentOutOfRangeException(null, "The client does not use the circuit."), 400),
            (new InvalidOperationException("The client does not use the circuit."), 409),
        })
        {
            circuits.ChangeException = exception;
            foreach (var action in (string[])["isolate", "reset"])
            {
                var answer = await app.PostAsync($"/circuits/api/{circuits.Circuits[0].Id}/{action}");
                Assert.Equal((status, "The client does not use the circuit."), (answer.Status, answer.Problem));
            }
        }
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
    public async Task Isolate_and_reset_return_403_by_default()
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
    [InlineData(null, 415)]
    [InlineData("application/json", 200)]
    public async Task Reset_without_a_body_requires_the_JSON_content_type(string? type, int status)
    {
        await using var app = await CircuitsApp.StartAsync(AppSetup.Controllable);
        await app.CallAsync();
        Assert.Equal(status, (await app.PostAsync(_reset, body: null, context => context.Request.ContentType = type)).Status);
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
    public async Task Origin_header_with_another_scheme_but_the_same_host_is_not_cross_site()
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

    /// <summary>A page whose host name is rebound to this application is same-origin, but its host name is not the application's.</summary>
    [Theory]
    [InlineData("rebound.example", 403)]
    [InlineData("localhost.example", 403)]
    [InlineData("10.0.0.7.example", 403)]
    [InlineData("intranet", 403)]
    [InlineData("", 403)]
    [InlineData("localhost:5000", 200)]
    [InlineData("shop.localhost", 200)]
    [InlineData("10.0.0.7:8080", 200)]
    [InlineData("[2001:db8::1]", 200)]
    [InlineData("shop.example.com", 200)]
    [InlineData("SHOP.example.com:8080", 200)]
    [InlineData("eu.shops.example.com", 200)]
    [InlineData("shops.example.com", 403)]
    public async Task Anonymous_browser_requests_can_isolate_circuits_only_if_their_Host_header_is_known(string host, int status)
    {
        await using var app = await CircuitsApp.StartAsync(_anonymous with
        {
            Settings = [("AllowedHosts", "*;shop.example.com;*.shops.example.com")],
        });
        await app.CallAsync();
        foreach (var origin in (string?[])[$"http://{host}", null])
        {
            var answer = await app.PostAsync(_isolate, "{}", context =>
            {
                context.Request.Host = new HostString(host);
                SetHeaders(context.Request.Headers, origin is null ? "same-origin" : null, origin);
            });
            Assert.Equal(status, answer.Status);
        }
    }

    [Fact]
    public async Task Response_to_an_unknown_host_name_explains_AllowedHosts()
    {
        await using var app = await CircuitsApp.StartAsync(_anonymous);
        await app.CallAsync();
        var answer = await app.PostAsync(_isolate, "{}", Rebound);
        Assert.Equal(
            (403, "The host name 'rebound.example' is unknown, so the request may come from another site (DNS rebinding). "
                + "Add the host name to AllowedHosts, or require authorization for these endpoints."),
            (answer.Status, answer.Problem));
        Assert.Equal(200, (await app.GetAsync("/circuits/api", Rebound)).Status);
    }

    [Fact]
    public async Task Host_names_passed_to_RequireHost_are_known_host_names()
    {
        await using var app = await CircuitsApp.StartAsync(_anonymous with
        {
            Conventions = group => group.AllowAnonymous().RequireHost("*:5000", "rebound.example"),
        });
        await app.CallAsync();
        Assert.Equal(200, (await app.PostAsync(_isolate, "{}", Rebound)).Status);
        Assert.Equal(403, (await app.PostAsync(_isolate, "{}", context =>
        {
            context.Request.Host = new HostString("other.example", 5000);
            context.Request.Headers.Origin = "http://other.example:5000";
        })).Status);
    }

    [Fact]
    public async Task Anonymous_non_browser_requests_can_isolate_circuits_whatever_their_Host_header_is()
    {
        await using var app = await CircuitsApp.StartAsync(_anonymous);
        await app.CallAsync();
        Assert.Equal(200, (await app.PostAsync(_isolate, "{}", context => context.Request.Host = new HostString("intranet"))).Status);
    }

    [Fact]
    public async Task Isolate_endpoint_does_not_allow_GET()
    {
        await using var app = await CircuitsApp.StartAsync(AppSetup.Controllable);
        await app.CallAsync();
        Assert.Equal(405, (await app.GetAsync(_isolate)).Status);
        Assert.Equal(CircuitState.Closed, app.Circuits.Find(CircuitsApp.Key)!.State);
    }

    private static void Rebound(HttpContext context)
    {
        context.Request.Host = new HostString("rebound.example");
        context.Request.Headers.Origin = "http://rebound.example";
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
