using Http.CircuitBreaker.AspNetCore.Tests.Support;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace Http.CircuitBreaker.AspNetCore.Tests.Access;

/// <summary>Warnings when the application starts: endpoints that no one can use, and control that everyone can use.</summary>
public sealed class StartupWarningsTests
{
    private const string Hidden =
        "The circuit breaker endpoints at '/circuits' have no authorization policy, so outside the Development environment they return 404 "
        + "to every request. Call RequireAuthorization() on the result of MapCircuitBreakers().";

    private const string Anonymous =
        "The circuit breaker endpoints at '/circuits' allow anonymous requests, and EnableControl is true: anyone who can reach this "
        + "application can isolate and reset circuits. Replace AllowAnonymous() with RequireAuthorization(), or set EnableControl to false.";

    [Theory]
    [InlineData("Production")]
    [InlineData("Staging")]
    public async Task Endpoints_without_an_authorization_policy_cause_a_warning_outside_Development(string environment) =>
        Assert.Equal([Hidden], await StartAsync(new AppSetup { Environment = environment }));

    [Fact]
    public async Task Endpoints_without_an_authorization_policy_do_not_cause_a_warning_in_Development() =>
        Assert.Empty(await StartAsync(AppSetup.Controllable));

    [Fact]
    public async Task Endpoints_with_an_authorization_policy_do_not_cause_a_warning() =>
        Assert.Empty(await StartAsync(AppSetup.Controllable with
        {
            Environment = "Production",
            Services = services => services.AddAuthorization(),
            Conventions = group => group.RequireAuthorization(),
        }));

    [Fact]
    public async Task Endpoints_with_the_authorization_policy_of_an_outer_group_do_not_cause_a_warning()
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Production" });
        builder.Services.AddAuthorization();
        Assert.Empty(await StartAsync(builder, app => app.MapGroup("/ops").RequireAuthorization().MapCircuitBreakers()));
    }

    [Fact]
    public async Task Endpoints_with_a_fallback_authorization_policy_do_not_cause_a_warning() =>
        Assert.Empty(await StartAsync(new AppSetup
        {
            Environment = "Production",
            Services = services => services.AddAuthorization(options =>
                options.FallbackPolicy = new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build()),
        }));

    [Theory]
    [InlineData("Development")]
    [InlineData("Production")]
    public async Task Endpoints_that_let_anonymous_users_isolate_circuits_cause_a_warning(string environment) =>
        Assert.Equal([Anonymous], await StartAsync(AppSetup.Open with { Environment = environment, Options = options => options.EnableControl = true }));

    [Fact]
    public async Task Anonymous_read_only_endpoints_do_not_cause_a_warning() =>
        Assert.Empty(await StartAsync(AppSetup.Open with { Environment = "Production" }));

    [Fact]
    public async Task Each_unprotected_group_of_endpoints_causes_one_warning_with_its_route()
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Production" });
        var warnings = await StartAsync(builder, app =>
        {
            app.MapGroup("/ops/{area}").MapCircuitBreakers("breakers");
            app.MapCircuitBreakers("/circuits").AllowAnonymous();
            app.MapCircuitBreakers("/");
        });
        Assert.Equal(2, warnings.Count);
        Assert.Contains("'/ops/{area}/breakers'", warnings[0], StringComparison.Ordinal);
        Assert.Contains("'/'", warnings[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Endpoints_that_are_not_mapped_do_not_cause_a_warning() =>
        Assert.Empty(await StartAsync(
            WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Production" }), _ => { }));

    private static async Task<List<string>> StartAsync(AppSetup setup)
    {
        await using var app = await CircuitsApp.StartAsync(setup);
        return ReadWarnings(app.Services);
    }

    private static async Task<List<string>> StartAsync(WebApplicationBuilder builder, Action<WebApplication> map)
    {
        builder.WebHost.UseTestServer();
        builder.Logging.ClearProviders().AddFakeLogging();
        builder.Services.AddCircuitBreakerEndpoints();
        await using var app = builder.Build();
        map(app);
        await app.StartAsync();
        return ReadWarnings(app.Services);
    }

    private static List<string> ReadWarnings(IServiceProvider services) =>
    [
        .. from record in services.GetRequiredService<FakeLogCollector>().GetSnapshot()
           where record.Category == "Http.CircuitBreaker.AspNetCore" && record.Level == LogLevel.Warning
           select record.Message,
    ];
}
