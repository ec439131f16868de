using System.Diagnostics.Metrics;
using System.Net;
using Http.CircuitBreaker.AspNetCore.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;

namespace Http.CircuitBreaker.AspNetCore.Tests.Json;

/// <summary>The list and the single-circuit endpoint.</summary>
public sealed class JsonTests
{
    [Fact]
    public async Task Circuit_list_contains_all_circuits_and_the_latest_state_changes()
    {
        await using var app = await CircuitsApp.StartAsync();
        await app.CallAsync(host: new Uri("http://other.example.com:8080/"));
        await app.OpenAsync();
        var answer = await app.GetAsync("/circuits/api");

        Assert.Equal("application/json; charset=utf-8", answer.Headers.ContentType);
        Assert.Equal("Shop", answer.Json.GetProperty("application").GetString());
        Assert.False(answer.Json.GetProperty("canControl").GetBoolean());
        Assert.Equal(app.Time.GetUtcNow(), answer.Json.GetProperty("now").GetDateTimeOffset());
        Assert.Equal(
            ["http://other.example.com:8080", "https://api.example.com"],
            answer.Json.GetProperty("circuits").EnumerateArray().Select(circuit => circuit.GetProperty("target").GetString()).Order());
        var transition = Assert.Single(answer.Json.GetProperty("transitions").EnumerateArray());
        Assert.Equal(
            $$"""
            {"id":"{{CircuitsApp.Key.Id}}","epoch":2,"at":"2000-01-01T00:00:00+00:00",
            "previousState":"closed","state":"open","reason":"consecutiveFailures","previousDurationSeconds":0,"breakSeconds":5,
            "total":2,"failed":2,"overdue":0,"failureReason":"502","consecutiveOpenings":1}
            """.ReplaceLineEndings(""),
            transition.GetRawText());
    }

    [Fact]
    public async Task Circuit_JSON_contains_every_value_of_the_snapshot()
    {
        await using var app = await CircuitsApp.StartAsync();
        await app.CallAsync();
        await app.OpenAsync();
        await app.CallAsync();
        var answer = await app.GetAsync($"/circuits/api/{CircuitsApp.Key.Id}");

        var settings = "{" + string.Join(",", app.Circuits.Find(CircuitsApp.Key)!.Settings.Select(setting => $"\"{setting.Key}\":\"{setting.Value}\"")) + "}";
        Assert.Contains("\"ConsecutiveFailures\":\"2\"", settings, StringComparison.Ordinal);
        Assert.Equal(
            $$"""
            {"id":"{{CircuitsApp.Key.Id}}","client":"payments","target":"https://api.example.com",
            "scheme":"https","host":"api.example.com","port":443,
            "state":"open","since":"2000-01-01T00:00:00+00:00","until":"2000-01-01T00:00:05+00:00","probeDue":false,
            "total":3,"failed":2,"overdue":0,"failureRatio":0.6666666666666666,"admittedShare":0,"inFlight":0,"rejected":1,"wouldHaveRejected":0,
            "totalSucceeded":1,"totalFailed":2,"totalIgnored":0,"lastFailureReason":"502","consecutiveOpenings":1,
            "remoteInstances":0,"mode":"enforce","settings":{{settings}}}
            """.ReplaceLineEndings(""),
            answer.Text);
    }

    [Fact]
    public async Task Circuit_list_contains_the_backplane_status_but_not_the_settings_of_circuits()
    {
        await using var app = await CircuitsApp.StartAsync(new AppSetup
        {
            Services = services => services.AddSingleton<ICircuitBackplaneStatus>(new FakeBackplane { IsConnected = true, Instances = 3 }),
        });
        await app.CallAsync();
        var overview = (await app.GetAsync("/circuits/api")).Json;
        Assert.Equal("""{"isConnected":true,"instances":3}""", overview.GetProperty("backplane").GetRawText());
        Assert.False(Assert.Single(overview.GetProperty("circuits").EnumerateArray()).TryGetProperty("settings", out _));
    }

    [Fact]
    public async Task Circuit_list_contains_no_backplane_status_if_circuits_are_not_shared()
    {
        await using var app = await CircuitsApp.StartAsync();
        Assert.False((await app.GetAsync("/circuits/api")).Json.TryGetProperty("backplane", out _));
    }

    [Fact]
    public async Task JSON_and_metrics_show_the_failure_ratio_that_opened_the_circuit()
    {
        await using var app = await CircuitsApp.StartAsync(new AppSetup
        {
            Breaker = options => (options.BreakDuration, options.ConsecutiveFailures) = (TimeSpan.FromHours(1), 3),
        });
        using var metric = new MetricCollector<double>(
            app.Services.GetRequiredService<IMeterFactory>(), "Http.CircuitBreaker", "http_circuit_breaker.failure.ratio");
        await app.CallAsync();
        await app.OpenAsync();
        await app.CallAsync(HttpStatusCode.BadGateway);

        // The calls have left the sampling window by now.
        app.Time.Advance(TimeSpan.FromMinutes(10));
        await app.CallAsync();
        metric.RecordObservableInstruments();

        Assert.Equal((CircuitState.Open, 0.75), (app.Circuits.Find(CircuitsApp.Key)!.State, app.Circuits.Find(CircuitsApp.Key)!.FailureRatio));
        Assert.Equal(0.75, (await app.GetAsync($"/circuits/api/{CircuitsApp.Key.Id}")).Json.GetProperty("failureRatio").GetDouble());
        var listed = Assert.Single((await app.GetAsync("/circuits/api")).Json.GetProperty("circuits").EnumerateArray());
        Assert.Equal(0.75, listed.GetProperty("failureRatio").GetDouble());
        Assert.Equal(0.75, metric.LastMeasurement!.Value);
    }

    [Fact]
    public async Task End_time_beyond_the_last_supported_date_is_shown_as_the_last_supported_date()
    {
        await using var app = await CircuitsApp.StartAsync(AppSetup.Open);
        app.Time.SetUtcNow(DateTimeOffset.MaxValue.AddSeconds(-2));
        await using var events = await app.SubscribeAsync();
        await app.OpenAsync();

        Assert.Equal(DateTimeOffset.MaxValue, app.Circuits.Find(CircuitsApp.Key)!.Until);
        var circuit = (await app.GetAsync($"/circuits/api/{CircuitsApp.Key.Id}")).Json;
        Assert.Equal(DateTimeOffset.MaxValue, circuit.GetProperty("until").GetDateTimeOffset());
        Assert.Equal(200, (await app.GetAsync("/circuits/api")).Status);
        Assert.Equal(200, (await app.GetAsync("/circuits/")).Status);
        Assert.NotNull(await events.NextAsync());
    }

    [Fact]
    public async Task Open_circuit_is_not_listed_after_an_hour_without_calls()
    {
        await using var app = await CircuitsApp.StartAsync();
        await app.OpenAsync();
        app.Time.Advance(TimeSpan.FromHours(1));

        Assert.Empty((await app.GetAsync("/circuits/api")).Json.GetProperty("circuits").EnumerateArray());
        Assert.Equal((int)HttpStatusCode.NotFound, (await app.GetAsync($"/circuits/api/{CircuitsApp.Key.Id}")).Status);
    }

    [Fact]
    public async Task JSON_of_a_state_change_contains_its_reason_and_the_isolation_reason()
    {
        await using var app = await CircuitsApp.StartAsync();
        app.Circuits.Isolate(CircuitsApp.Key, reason: "maintenance");
        var overview = (await app.GetAsync("/circuits/api")).Json;

        var transition = Assert.Single(overview.GetProperty("transitions").EnumerateArray());
        Assert.Equal("isolated", transition.GetProperty("reason").GetString());
        Assert.Equal("maintenance", transition.GetProperty("isolationReason").GetString());
        var circuit = Assert.Single(overview.GetProperty("circuits").EnumerateArray());
        Assert.Equal("maintenance", circuit.GetProperty("isolationReason").GetString());
    }

    [Fact]
    public async Task Target_of_a_named_circuit_contains_the_host_and_the_circuit_name()
    {
        await using var app = await CircuitsApp.StartAsync(AppSetup.Open with { Breaker = options => options.PathSegments = 2 });
        app.Circuits.Isolate(CircuitsApp.Key.WithName("v1/chat"));

        var circuit = Assert.Single((await app.GetAsync("/circuits/api")).Json.GetProperty("circuits").EnumerateArray());
        Assert.EndsWith($"{CircuitsApp.Key.Host} v1/chat", circuit.GetProperty("target").GetString(), StringComparison.Ordinal);
        Assert.Equal("v1/chat", circuit.GetProperty("name").GetString());
    }

    [Fact]
    public async Task JSON_contains_only_printable_ASCII_characters()
    {
        const string Name = "stock\r\n\u0085\u2028\u2029\u061C\u200E\u202E\u2066";
        await using var app = await CircuitsApp.StartAsync(AppSetup.Open with { Breaker = options => options.CircuitName = _ => Name });
        var key = CircuitKey.FromName(CircuitsApp.Client, Name);
        app.Circuits.Isolate(key, reason: Name);
        foreach (var path in (string[])["/circuits/api", $"/circuits/api/{key.Id}"])
        {
            var answer = await app.GetAsync(path);
            Assert.Contains("stock", answer.Text, StringComparison.Ordinal);
            Assert.DoesNotMatch("[^ -~]", answer.Text);
        }
    }

    [Theory]
    [InlineData("AAAAAAAAAAAAAAAA")]
    [InlineData("%3Cscript%3E")]
    [InlineData("..%2F..%2Fetc")]
    public async Task Unknown_circuit_returns_404_with_problem_details(string id)
    {
        await using var app = await CircuitsApp.StartAsync();
        var answer = await app.GetAsync($"/circuits/api/{id}");
        Assert.Equal((404, "Unknown circuit"), (answer.Status, answer.Json.GetProperty("title").GetString()));
        Assert.NotNull(answer.Problem);
    }

    [Theory]
    [InlineData("http://[2001:db8::1]:8080/", "http://[2001:db8::1]:8080")]
    [InlineData("http://[::1]/", "http://[::1]")]
    [InlineData("https://bücher.example/", "https://xn--bcher-kva.example")]
    public async Task Target_omits_default_ports_and_puts_IPv6_addresses_in_brackets(string host, string target)
    {
        await using var app = await CircuitsApp.StartAsync();
        await app.CallAsync(host: new Uri(host));
        var circuit = Assert.Single((await app.GetAsync("/circuits/api")).Json.GetProperty("circuits").EnumerateArray());
        Assert.Equal(target, circuit.GetProperty("target").GetString());
    }

    [Fact]
    public async Task Responses_have_security_headers_and_are_not_cached()
    {
        await using var app = await CircuitsApp.StartAsync();
        foreach (var route in (string[])["/circuits/", "/circuits/api", "/circuits/api/unknown"])
        {
            var headers = (await app.GetAsync(route)).Headers;
            Assert.Contains("no-store", headers.CacheControl.ToString(), StringComparison.Ordinal);
            Assert.Equal("nosniff", headers.XContentTypeOptions);
            Assert.Equal("no-referrer", headers["Referrer-Policy"]);
            Assert.Equal("same-origin", headers["Cross-Origin-Resource-Policy"]);
        }
    }

    [Fact]
    public async Task Circuit_list_can_contain_a_thousand_circuits()
    {
        await using var app = await CircuitsApp.StartAsync();
        for (var host = 0; host < 1000; host++)
        {
            await app.CallAsync(host: new Uri($"https://host-{host}.example.com/"));
        }

        Assert.Equal(1000, (await app.GetAsync("/circuits/api")).Json.GetProperty("circuits").GetArrayLength());
    }

    [Fact]
    public async Task History_keeps_only_the_latest_state_changes()
    {
        await using var app = await CircuitsApp.StartAsync(new AppSetup { Options = options => options.HistoryLength = 3 });
        for (var round = 0; round < 3; round++)
        {
            await app.OpenAsync();
            app.Circuits.Reset(CircuitsApp.Key);
        }

        var transitions = (await app.GetAsync("/circuits/api")).Json.GetProperty("transitions").EnumerateArray();
        Assert.Equal(["closed", "open", "closed"], transitions.Select(transition => transition.GetProperty("state").GetString()));
    }

    [Fact]
    public async Task Endpoints_can_be_mapped_below_any_pattern_and_path_base()
    {
        await using var app = await CircuitsApp.StartAsync(new AppSetup
        {
            Pattern = "/ops/{area}/breakers",
            Pipeline = application => application.UsePathBase("/shop"),
        });
        Assert.Equal(200, (await app.GetAsync("/shop/ops/eu/breakers/api")).Status);
        Assert.Equal(200, (await app.GetAsync("/ops/eu/breakers/api")).Status);
        Assert.Equal((int)HttpStatusCode.NotFound, (await app.GetAsync("/circuits/api")).Status);
    }
}
