using Http.CircuitBreaker;
using Microsoft.AspNetCore.RateLimiting;
using OpenTelemetry.Metrics;
using Payments.Statistics;

namespace Payments;

/// <summary>A shop that charges its customers through the payment provider. It handles a limited number of requests at a time.</summary>
internal sealed class Shop : IAsyncDisposable
{
    public const int MaxRequests = 32;

    private readonly WebApplication _app;

    private Shop(WebApplication app) => _app = app;

    public Uri Address => _app.Address;

    public ICircuitRegistry Circuits => _app.Services.GetRequiredService<ICircuitRegistry>();

    public static async Task<Shop> StartAsync(ShopStats stats, Uri provider, bool isGuarded, ICircuitObserver observer)
    {
        var builder = Loopback.CreateBuilder();
        builder.Services.AddSingleton(observer);
        builder.Services.AddSingleton(services => new SavedOrders(services, stats.AddPaidLater));
        builder.Services.AddHostedService(services => services.GetRequiredService<SavedOrders>());
        builder.Services.AddRateLimiter(limiter => limiter.AddConcurrencyLimiter("shop", shop => shop.PermitLimit = MaxRequests));
        builder.Services.AddOpenTelemetry().WithMetrics(metrics => metrics.AddMeter("Http.CircuitBreaker").AddPrometheusExporter());
        builder.Services.AddCircuitBreakerEndpoints(endpoints => endpoints.EnableControl = true);

        var payments = builder.Services.AddHttpClient<PaymentClient>(client =>
        {
            client.BaseAddress = provider;
            client.Timeout = TimeSpan.FromSeconds(3);
            client.DefaultRequestHeaders.Add(Provider.MerchantHeader, stats.Name);
        });
        payments.UseSocketsHttpHandler((sockets, _) => sockets.UseProxy = false);

        if (isGuarded)
        {
            payments.AddCircuitBreaker(); // This line is the only difference between the two shops.
        }

        var app = builder.Build();
        app.UseRateLimiter();
        app.MapPost("/checkout", CheckOutAsync).RequireRateLimiting("shop");
        app.MapGet("/catalogue", () => "Books, records and tea.").RequireRateLimiting("shop");
        app.MapPrometheusScrapingEndpoint();
        app.MapCircuitBreakers();
        await app.StartAsync();
        return new Shop(app);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static async Task<IResult> CheckOutAsync(PaymentClient payments, SavedOrders orders, CancellationToken cancellationToken)
    {
        switch (await payments.ChargeAsync(cancellationToken))
        {
            case PaymentResult.Paid:
                return Results.Ok("Paid. Thank you!");
            case PaymentResult.Rejected:
                orders.Save();
                return Results.Accepted(value: "Payments are currently unavailable. Your order is saved and will be charged later.");
            default:
                return Results.StatusCode(StatusCodes.Status502BadGateway);
        }
    }
}
