using System.Net;
using Http.CircuitBreaker.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Http.Resilience;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Polly;

namespace Http.CircuitBreaker.Tests.DependencyInjection;

/// <summary>One breaker in each chain, in its place; with the real resilience handlers.</summary>
public sealed class HandlerChainTests
{
    [Fact]
    public void Added_twice_it_is_there_once()
    {
        var chain = ChainOf(services => services.AddHttpClient("c").AddCircuitBreaker().AddCircuitBreaker(_ => { }).AddHttpMessageHandler<Marker>());

        Assert.Equal([nameof(CircuitBreakerHandler), nameof(Marker)], chain);
    }

    [Fact]
    public void Added_to_the_defaults_and_to_a_client_it_stands_where_the_client_put_it()
    {
        var chain = ChainOf(services =>
        {
            services.AddHttpClient("c").AddHttpMessageHandler<Marker>().AddCircuitBreaker();
            services.ConfigureHttpClientDefaults(client => client.AddCircuitBreaker());
        });

        Assert.Equal([nameof(Marker), nameof(CircuitBreakerHandler)], chain);
    }

    [Fact]
    public void Added_to_the_defaults_alone_it_stands_in_every_chain_before_the_clients_own_handlers()
    {
        var chain = ChainOf(services =>
        {
            services.AddHttpClient("c").AddHttpMessageHandler<Marker>();
            services.ConfigureHttpClientDefaults(client => client.AddCircuitBreaker());
        });

        Assert.Equal([nameof(CircuitBreakerHandler), nameof(Marker)], chain);
    }

    [Fact]
    public void It_steps_in_front_of_a_resilience_handler_of_the_defaults_and_says_so_once()
    {
        var log = new FakeLogCollector();
        var chain = ChainOf(AddBehindResilience(HandlerPlacement.BeforeResilience), log, builds: 3);

        Assert.Equal([nameof(CircuitBreakerHandler), nameof(ResilienceHandler)], chain);
        var record = Assert.Single(log.GetSnapshot(), record => record.Category == "Http.CircuitBreaker");
        Assert.Equal((LogLevel.Information, "StepsInFront"), (record.Level, record.Id.Name));
    }

    [Fact]
    public void It_stays_behind_a_resilience_handler_where_asked_to_and_warns_once()
    {
        var log = new FakeLogCollector();
        var chain = ChainOf(AddBehindResilience(HandlerPlacement.AsRegistered), log, builds: 3);

        Assert.Equal([nameof(ResilienceHandler), nameof(CircuitBreakerHandler)], chain);
        var record = Assert.Single(log.GetSnapshot(), record => record.Category == "Http.CircuitBreaker");
        Assert.Equal((LogLevel.Warning, "StandsInside"), (record.Level, record.Id.Name));
    }

    [Fact]
    public void It_steps_in_front_of_a_Polly_handler_and_leaves_other_handlers_outside()
    {
        var chain = ChainOf(services => services.AddHttpClient("c")
            .AddHttpMessageHandler<Marker>()
            .AddTransientHttpErrorPolicy(policy => policy.RetryAsync(3))
            .AddCircuitBreaker());

        Assert.Equal([nameof(Marker), nameof(CircuitBreakerHandler), nameof(PolicyHttpMessageHandler)], chain);
    }

    [Fact]
    public async Task A_rejection_is_not_retried_by_a_resilience_handler_of_the_defaults()
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

    // The names of the handlers from the outside in, without those that the factory puts around every chain.
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
        var (factory, options) = (provider.GetRequiredService<IHttpMessageHandlerFactory>(), provider.GetRequiredService<Microsoft.Extensions.Options.IOptionsMonitor<HttpClientFactoryOptions>>());
        using var first = factory.CreateHandler("c");
        for (var build = 1; build < builds; build++)
        {
            // As the factory does it every two minutes.
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
