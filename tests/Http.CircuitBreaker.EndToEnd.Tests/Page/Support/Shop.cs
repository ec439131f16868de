using Http.CircuitBreaker.AspNetCore;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Http.CircuitBreaker.EndToEnd.Tests.Page.Support;

/// <summary>An application on Kestrel with a typed client and the live page.</summary>
internal sealed class Shop : IAsyncDisposable
{
    private readonly WebApplication _app;

    private Shop(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.Single());

    public Uri LivePage => new(Address, "circuits/");

    public PaymentClient Client => _app.Services.GetRequiredService<PaymentClient>();

    public ICircuitRegistry Circuits => _app.Services.GetRequiredService<ICircuitRegistry>();

    public IServiceProvider Services => _app.Services;

    public static async Task<Shop> OpenAsync(
        Action<CircuitBreakerOptions>? breaker = null,
        Action<CircuitEndpointsOptions>? endpoints = null,
        Action<IServiceCollection>? services = null,
        string urls = "http://127.0.0.1:0")
    {
        var options = new WebApplicationOptions { ApplicationName = "Payments", EnvironmentName = Environments.Development };
        var builder = WebApplication.CreateSlimBuilder(options);
        builder.WebHost.UseUrls(urls);
        builder.Logging.ClearProviders();
        builder.Services.AddHttpClient<PaymentClient>().AddCircuitBreaker(breaker ?? (_ => { }));
        builder.Services.AddCircuitBreakerEndpoints(endpointOptions =>
        {
            endpointOptions.EnableControl = true;
            endpointOptions.RefreshInterval = TimeSpan.FromMilliseconds(200);
            endpoints?.Invoke(endpointOptions);
        });
        services?.Invoke(builder.Services);
        var app = builder.Build();
        app.MapCircuitBreakers("/circuits");
        await app.StartAsync();
        return new Shop(app);
    }

    /// <summary>The key of the circuit for an HTTPS host.</summary>
    public static CircuitKey KeyOf(string host, string client = PaymentClient.Name) =>
        CircuitKey.FromUri(client, new Uri($"https://{host}/"));

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
