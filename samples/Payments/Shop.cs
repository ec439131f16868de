using Http.CircuitBreaker;
using OpenTelemetry.Metrics;

namespace Payments;

/// <summary>A shop that charges its customers through the payment provider.</summary>
internal sealed class Shop : IAsyncDisposable
{
    private readonly WebApplication _app;

    private Shop(WebApplication app) => _app = app;

    public Uri Address => _app.Address;

    public ICircuitRegistry Circuits => _app.Services.GetRequiredService<ICircuitRegistry>();

    public static async Task<Shop> StartAsync(string name, Uri provider, bool isGuarded, ICircuitObserver observer)
    {
        var builder = Loopback.CreateBuilder();
        builder.Services.AddSingleton(observer);
        builder.Services.AddOpenTelemetry().WithMetrics(metrics => metrics.AddMeter("Http.CircuitBreaker").AddPrometheusExporter());
        builder.Services.AddCircuitBreakerEndpoints(endpoints => endpoints.EnableControl = true);

        var payments = builder.Services.AddHttpClient<PaymentClient>(client =>
        {
            client.BaseAddress = provider;
            client.Timeout = TimeSpan.FromSeconds(3);
            client.DefaultRequestHeaders.Add(Provider.MerchantHeader, name);
        });
        payments.UseSocketsHttpHandler((sockets, _) => sockets.UseProxy = false);

        if (isGuarded)
        {
            payments.AddCircuitBreaker(); // This line is the only difference between the two shops.
        }

        var app = builder.Build();
        app.MapPost("/checkout", async (PaymentClient client, CancellationToken aborted) => await client.ChargeAsync(aborted) switch
        {
            PaymentResult.Paid => Results.Ok("Paid. Thank you!"),
            PaymentResult.Rejected => Results.Accepted(value: "Payments are currently unavailable. Your order is saved; you can pay later."),
            _ => Results.StatusCode(StatusCodes.Status502BadGateway),
        });
        app.MapPrometheusScrapingEndpoint();
        app.MapCircuitBreakers();
        await app.StartAsync();
        return new Shop(app);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
