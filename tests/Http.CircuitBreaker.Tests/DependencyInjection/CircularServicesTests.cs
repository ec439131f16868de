using Http.CircuitBreaker.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Http.CircuitBreaker.Tests.DependencyInjection;

/// <summary>
/// The options of the client factory must not depend on services that need the factory in their constructor: the container would recurse
/// until the stack overflows.
/// </summary>
public sealed class CircularServicesTests
{
    [Fact]
    public async Task Logger_provider_can_depend_on_the_client_factory()
    {
        using var app = ConfigurationApp.With("'ConsecutiveFailures': 1, 'ConsecutiveFailuresDuration': '0'");
        app.Services.AddSingleton<ILoggerProvider, ConfigurationLoggerProvider>();
        app.AddClient("client").AddCircuitBreaker();

        await app.Fail("client", "https://host/", 1);

        Assert.Equal(CircuitState.Open, app.Circuit("client", "https://host/").State);
        Assert.Single(app.Provider.GetServices<ILoggerProvider>().OfType<ConfigurationLoggerProvider>());
    }

    [Fact]
    public async Task Observer_can_depend_on_the_client_factory()
    {
        using var app = ConfigurationApp.With("'ConsecutiveFailures': 1, 'ConsecutiveFailuresDuration': '0'");
        app.Services.AddSingleton<ConfigurationObserver>();
        app.Services.AddSingleton<ICircuitObserver>(services => services.GetRequiredService<ConfigurationObserver>());
        app.AddClient("client").AddCircuitBreaker();

        await app.Fail("client", "https://host/", 1);

        Assert.Equal(CircuitState.Open, Assert.Single(app.Provider.GetRequiredService<ConfigurationObserver>().Changes).State);
    }
}
