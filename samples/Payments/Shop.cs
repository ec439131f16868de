using Http.CircuitBreaker;
using OpenTelemetry.Metrics;

namespace Payments;

/// <summary>A shop in front of the payment provider.</summary>
internal sealed class Shop : IAsyncDisposable
{
    private readonly WebApplication _app;

    private Shop(WebApplication app) => _app = app;

    public Uri Address => _app.Address;

    public ICircuitRegistry Circuits => _app.Services.GetRequiredService<ICircuitRegistry>();

    public static async Task<Shop> OpenAsync(string name, Uri provider, bool isGuarded, ICircuitObserver observer)
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
        app.MapPost("/checkout", async (PaymentClient client, CancellationToken gone) => await client.ChargeAsync(gone) switch
        {
            Payment.Done => Results.Ok("Paid. Thank you!"),
            Payment.Refused => Results.Accepted(value: "Payment is down just now. Your order is saved; pay later."),
            _ => Results.StatusCode(StatusCodes.Status502BadGateway),
        });
        app.MapPrometheusScrapingEndpoint();
        app.MapCircuitBreakers();
        await app.StartAsync();
        return new Shop(app);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
