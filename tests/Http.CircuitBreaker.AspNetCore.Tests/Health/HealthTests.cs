using Http.CircuitBreaker.AspNetCore.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace Http.CircuitBreaker.AspNetCore.Tests.Health;

public sealed class HealthTests
{
    [Fact]
    public async Task Health_check_reports_Healthy_while_all_circuits_are_closed()
    {
        await using var app = await StartAsync(checks => checks.AddCircuitBreakers());
        await app.CallAsync();
        var entry = await CheckAsync(app);
        Assert.Equal((HealthStatus.Healthy, "The only circuit is closed."), (entry.Status, entry.Description));
        Assert.Equal((1, 1, 0), ((int)entry.Data["circuits"], (int)entry.Data["circuits.closed"], (int)entry.Data["circuits.open"]));
    }

    [Fact]
    public async Task Health_check_reports_Degraded_while_a_circuit_is_open()
    {
        await using var app = await StartAsync(checks => checks.AddCircuitBreakers());
        await app.OpenAsync();
        var entry = await CheckAsync(app);
        Assert.Equal(HealthStatus.Degraded, entry.Status);
        Assert.Equal("1 of 1 circuit is not closed: payments https://api.example.com:443 is open.", entry.Description);
        Assert.Equal("open", entry.Data["payments https://api.example.com:443 state"]);
        Assert.Equal("502", entry.Data["payments https://api.example.com:443 reason"]);
        Assert.Equal("2000-01-01T00:00:05.0000000+00:00", entry.Data["payments https://api.example.com:443 until"]);
        Assert.All(entry.Data.Values, value => Assert.True(value is string or int or long, value.GetType().Name));
    }

    [Fact]
    public async Task Health_check_reports_Degraded_while_a_circuit_is_isolated()
    {
        await using var app = await StartAsync(checks => checks.AddCircuitBreakers());
        app.Circuits.Isolate(CircuitsApp.Key, reason: "maintenance");
        var entry = await CheckAsync(app);
        Assert.Equal((HealthStatus.Degraded, "maintenance"), (entry.Status, entry.Data["payments https://api.example.com:443 reason"]));
    }

    [Fact]
    public async Task Health_report_omits_the_earlier_failure_of_a_circuit_that_was_isolated_without_a_reason()
    {
        await using var app = await StartAsync(checks => checks.AddCircuitBreakers());
        await app.OpenAsync();
        app.Circuits.Isolate(CircuitsApp.Key);
        var entry = await CheckAsync(app);
        Assert.Equal("isolated", entry.Data["payments https://api.example.com:443 state"]);
        Assert.DoesNotContain("payments https://api.example.com:443 reason", entry.Data.Keys);
    }

    [Fact]
    public async Task Line_breaks_and_bidirectional_marks_are_escaped_in_the_report()
    {
        const string Name = "stock\r\n\u2028\u202Ex";
        await using var app = await CircuitsApp.StartAsync(new AppSetup
        {
            Services = services => services.AddHealthChecks().AddCircuitBreakers(),
            Breaker = options => options.CircuitName = _ => Name,
        });
        app.Circuits.Isolate(CircuitKey.FromName(CircuitsApp.Client, Name), reason: "two\r\nlines");
        var entry = await CheckAsync(app);
        Assert.Equal(@"1 of 1 circuit is not closed: payments stock\u000D\u000A\u2028\u202Ex is isolated.", entry.Description);
        Assert.Equal(@"two\u000D\u000Alines", entry.Data[@"payments stock\u000D\u000A\u2028\u202Ex reason"]);
    }

    [Fact]
    public async Task Health_check_can_have_a_custom_name_failure_status_and_tags()
    {
        await using var app = await StartAsync(checks => checks.AddCircuitBreakers("downstream", HealthStatus.Unhealthy, ["ready"]));
        await app.OpenAsync();
        var entry = await CheckAsync(app, "downstream");
        Assert.Equal(HealthStatus.Unhealthy, entry.Status);
        Assert.Equal(["ready"], entry.Tags);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(HealthStatus.Unhealthy)]
    public async Task Open_circuit_does_not_affect_health_after_an_hour_without_calls(HealthStatus? failureStatus)
    {
        await using var app = await StartAsync(checks => checks.AddCircuitBreakers(failureStatus: failureStatus));
        await app.OpenAsync();
        app.Time.Advance(TimeSpan.FromHours(1));
        var entry = await CheckAsync(app);
        Assert.Equal((HealthStatus.Healthy, 0), (entry.Status, (int)entry.Data["circuits.open"]));
    }

    [Fact]
    public async Task Circuit_whose_break_has_ended_is_reported_as_Degraded_instead_of_Unhealthy()
    {
        await using var app = await StartAsync(checks => checks.AddCircuitBreakers(failureStatus: HealthStatus.Unhealthy));
        await app.OpenAsync();
        app.Time.Advance(TimeSpan.FromSeconds(4.999));
        Assert.Equal(HealthStatus.Unhealthy, (await CheckAsync(app)).Status);

        app.Time.Advance(TimeSpan.FromSeconds(0.001));
        Assert.Equal(HealthStatus.Degraded, (await CheckAsync(app)).Status);

        app.Circuits.Isolate(CircuitKey.FromUri(CircuitsApp.Client, new Uri("https://other.example.com/")));
        Assert.Equal(HealthStatus.Unhealthy, (await CheckAsync(app)).Status);
    }

    [Theory]
    [InlineData(CircuitState.Open, false, HealthStatus.Unhealthy)]
    [InlineData(CircuitState.Open, true, HealthStatus.Degraded)]
    [InlineData(CircuitState.HalfOpen, false, HealthStatus.Degraded)]
    [InlineData(CircuitState.Isolated, false, HealthStatus.Unhealthy)]
    [InlineData(CircuitState.Isolated, true, HealthStatus.Degraded)]
    public async Task Circuit_that_needs_a_call_to_recover_is_reported_as_Degraded_instead_of_Unhealthy(
        CircuitState state, bool isProbeDue, HealthStatus expected)
    {
        var registry = new FakeRegistry();
        registry.Circuits.Add(FakeRegistry.Closed("host") with { State = state, ProbeDue = isProbeDue });
        var services = new ServiceCollection().AddLogging().AddSingleton<ICircuitRegistry>(registry);
        services.AddHealthChecks().AddCircuitBreakers(failureStatus: HealthStatus.Unhealthy);
        await using var provider = services.BuildServiceProvider();

        Assert.Equal(expected, (await provider.GetRequiredService<HealthCheckService>().CheckHealthAsync()).Entries["circuits"].Status);
    }

    [Fact]
    public async Task Circuits_excluded_by_the_filter_are_not_checked()
    {
        await using var app = await StartAsync(
            checks => checks.AddCircuitBreakers(filter: circuit => circuit.Key.Host != CircuitsApp.Host.Host));
        await app.OpenAsync();
        var entry = await CheckAsync(app);
        Assert.Equal((HealthStatus.Healthy, 0, "There are no circuits."), (entry.Status, (int)entry.Data["circuits"], entry.Description));
    }

    [Fact]
    public async Task Health_report_lists_at_most_50_circuits()
    {
        await using var app = await StartAsync(checks => checks.AddCircuitBreakers());
        for (var host = 0; host < 100; host++)
        {
            app.Circuits.Isolate(CircuitKey.FromUri(CircuitsApp.Client, new Uri($"https://host-{host:00}.example.com/")));
        }

        var entry = await CheckAsync(app);
        Assert.Equal(50, entry.Data.Keys.Count(key => key.EndsWith(" state", StringComparison.Ordinal)));
        Assert.Equal(100, entry.Data["circuits.isolated"]);
        Assert.StartsWith("100 of 100 circuits are not closed: ", entry.Description, StringComparison.Ordinal);
        Assert.EndsWith("host-02.example.com:443 is isolated, and 97 more.", entry.Description, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("live")]
    [InlineData("LIVE")]
    public void AddCircuitBreakers_rejects_the_health_check_tag_live(string tag)
    {
        var checks = new ServiceCollection().AddHealthChecks();
        var exception = Assert.Throws<ArgumentException>(() => checks.AddCircuitBreakers(tags: [tag]));
        Assert.Contains("ready", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Error_for_missing_circuit_breakers_tells_the_user_to_call_AddCircuitBreaker()
    {
        var services = new ServiceCollection().AddLogging();
        services.AddHealthChecks().AddCircuitBreakers();
        using var provider = services.BuildServiceProvider();
        var registration = Assert.Single(provider.GetRequiredService<IOptions<HealthCheckServiceOptions>>().Value.Registrations);
        var exception = Assert.Throws<InvalidOperationException>(() => registration.Factory(provider));
        Assert.Contains("AddCircuitBreaker()", exception.Message, StringComparison.Ordinal);
    }

    private static Task<CircuitsApp> StartAsync(Action<IHealthChecksBuilder> add) =>
        CircuitsApp.StartAsync(new AppSetup { Services = services => add(services.AddHealthChecks()) });

    private static async Task<HealthReportEntry> CheckAsync(CircuitsApp app, string name = "circuits") =>
        (await app.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync()).Entries[name];
}
