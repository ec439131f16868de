using Http.CircuitBreaker.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Http.CircuitBreaker.Tests.DependencyInjection;

/// <summary>
/// The client factory's options are made before any client. Whoever needs the factory in a constructor must not be needed for them:
/// the container would go round until the stack is used up.
/// </summary>
public sealed class CircularServicesTests
{
    [Fact]
    public async Task A_logger_provider_may_need_the_client_factory()
    {
        using var app = ConfigurationApp.With("'ConsecutiveFailures': 1, 'ConsecutiveFailuresDuration': '0'");
        app.Services.AddSingleton<ILoggerProvider, ConfigurationLoggerProvider>();
        app.AddClient("client").AddCircuitBreaker();

        await app.Fail("client", "https://host/", 1);

        Assert.Equal(CircuitState.Open, app.Circuit("client", "https://host/").State);
        Assert.Single(app.Provider.GetServices<ILoggerProvider>().OfType<ConfigurationLoggerProvider>());
    }

    [Fact]
    public async Task An_observer_may_need_the_client_factory()
    {
        using var app = ConfigurationApp.With("'ConsecutiveFailures': 1, 'ConsecutiveFailuresDuration': '0'");
        app.Services.AddSingleton<ConfigurationObserver>();
        app.Services.AddSingleton<ICircuitObserver>(services => services.GetRequiredService<ConfigurationObserver>());
        app.AddClient("client").AddCircuitBreaker();

        await app.Fail("client", "https://host/", 1);

        Assert.Equal(CircuitState.Open, Assert.Single(app.Provider.GetRequiredService<ConfigurationObserver>().Changes).State);
    }
}
