using System.Net;
using Http.CircuitBreaker.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Http.Resilience;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Options;
using Polly;

namespace Http.CircuitBreaker.Tests.DependencyInjection;

/// <summary>The place of the circuit breaker in the handler chain, with real resilience handlers.</summary>
public sealed class HandlerChainTests
{
    [Fact]
    public void Breaker_added_twice_is_in_the_handler_chain_only_once()
    {
        var chain = ChainOf(
            services => services.AddHttpClient("c").AddCircuitBreaker().AddCircuitBreaker(_ => { }).AddHttpMessageHandler<Marker>());

        Assert.Equal([nameof(CircuitBreakerHandler), nameof(Marker)], chain);
    }

    [Fact]
    public void Placement_set_for_a_client_overrides_the_client_defaults()
    {
        var chain = ChainOf(services =>
        {
            services.AddHttpClient("c").AddHttpMessageHandler<Marker>().AddCircuitBreaker();
            services.ConfigureHttpClientDefaults(client => client.AddCircuitBreaker());
        });

        Assert.Equal([nameof(Marker), nameof(CircuitBreakerHandler)], chain);
    }

    [Fact]
    public void Breaker_added_by_the_client_defaults_is_outside_the_other_handlers_of_a_client()
    {
        var chain = ChainOf(services =>
        {
            services.AddHttpClient("c").AddHttpMessageHandler<Marker>();
            services.ConfigureHttpClientDefaults(client => client.AddCircuitBreaker());
        });

        Assert.Equal([nameof(CircuitBreakerHandler), nameof(Marker)], chain);
    }

    [Fact]
    public void Moving_the_breaker_in_front_of_a_resilience_handler_is_logged_once()
    {
        var log = new FakeLogCollector();
        var chain = ChainOf(AddBehindResilience(HandlerPlacement.BeforeResilience), log, builds: 3);

        Assert.Equal([nameof(CircuitBreakerHandler), nameof(ResilienceHandler)], chain);
        var record = Assert.Single(log.GetSnapshot(), record => record.Category == "Http.CircuitBreaker");
        Assert.Equal((LogLevel.Information, "MovedBeforeResilience"), (record.Level, record.Id.Name));
    }

    [Fact]
    public void Placement_AsRegistered_keeps_the_breaker_behind_retries_and_logs_a_warning()
    {
        var log = new FakeLogCollector();
        var chain = ChainOf(AddBehindResilience(HandlerPlacement.AsRegistered), log, builds: 3);

        Assert.Equal([nameof(ResilienceHandler), nameof(CircuitBreakerHandler)], chain);
        var record = Assert.Single(log.GetSnapshot(), record => record.Category == "Http.CircuitBreaker");
        Assert.Equal((LogLevel.Warning, "KeptInsideResilience"), (record.Level, record.Id.Name));
    }

    [Fact]
    public void Innermost_breaker_is_behind_handlers_that_were_added_later()
    {
        var chain = ChainOf(services =>
        {
            services.ConfigureHttpClientDefaults(client => client.AddStandardResilienceHandler());
            services.AddHttpClient("c")
                .AddCircuitBreaker(options => options.Placement = HandlerPlacement.Innermost)
                .AddHttpMessageHandler<Marker>();
        });

        Assert.Equal([nameof(ResilienceHandler), nameof(Marker), nameof(CircuitBreakerHandler)], chain);
    }

    [Fact]
    public void Breaker_moves_in_front_of_a_Polly_handler_but_not_of_other_handlers()
    {
        var chain = ChainOf(services => services.AddHttpClient("c")
            .AddHttpMessageHandler<Marker>()
            .AddTransientHttpErrorPolicy(policy => policy.RetryAsync(3))
            .AddCircuitBreaker());

        Assert.Equal([nameof(Marker), nameof(CircuitBreakerHandler), nameof(PolicyHttpMessageHandler)], chain);
    }

    [Fact]
    public async Task Rejection_is_not_retried_by_a_resilience_handler()
    {
        var host = new StubHandler(HttpStatusCode.OK);
        var services = new ServiceCollection();
        AddBehindResilience(HandlerPlacement.BeforeResilience)(services);
        services.AddHttpClient("c").ConfigurePrimaryHttpMessageHandler(() => host);
        await using var provider = services.BuildServiceProvider();
        provider.GetRequiredService<ICircuitRegistry>().Isolate(CircuitKey.FromUri("c", new Uri("http://host")));

        using var rejected = await provider.GetRequiredService<IHttpClientFactory>().CreateClient("c").GetAsync("http://host/");

        Assert.True(rejected.IsCircuitOpen());
        Assert.Equal(0, host.Calls);
        Assert.Equal(1, provider.GetRequiredService<ICircuitRegistry>().GetSnapshots().Single().Rejected);
    }

    private static Action<IServiceCollection> AddBehindResilience(HandlerPlacement placement) => services =>
    {
        services.ConfigureHttpClientDefaults(client => client.AddStandardResilienceHandler());
        services.AddHttpClient("c").AddCircuitBreaker(options => options.Placement = placement);
    };

    // The names of the handlers, outermost first, without those that the factory adds to every chain.
    private static List<string> ChainOf(Action<IServiceCollection> add, FakeLogCollector? log = null, int builds = 1)
    {
        var services = new ServiceCollection();
        services.AddTransient<Marker>().AddLogging(logging => logging.AddProvider(new FakeLoggerProvider(log ?? new FakeLogCollector())));
        var names = new List<string>();
        add(services);
        services.PostConfigure<HttpClientFactoryOptions>("c", options => options.HttpMessageHandlerBuilderActions.Add(chain =>
        {
            names.Clear();
            names.AddRange(chain.AdditionalHandlers.Select(handler => handler.GetType().Name));
        }));
        using var provider = services.BuildServiceProvider();
        var factory = provider.GetRequiredService<IHttpMessageHandlerFactory>();
        var options = provider.GetRequiredService<IOptionsMonitor<HttpClientFactoryOptions>>();
        using var first = factory.CreateHandler("c");
        for (var build = 1; build < builds; build++)
        {
            // The factory builds a new chain every two minutes.
            using var scope = provider.CreateScope();
            var builder = scope.ServiceProvider.GetRequiredService<HttpMessageHandlerBuilder>();
            builder.Name = "c";
            foreach (var action in options.Get("c").HttpMessageHandlerBuilderActions)
            {
                action(builder);
            }
        }

        return names;
    }

    private sealed class Marker : DelegatingHandler;
}
