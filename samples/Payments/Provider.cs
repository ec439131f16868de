using Payments.Statistics;

namespace Payments;

/// <summary>The payment provider. Its only endpoint responds according to the provider's current health.</summary>
internal sealed class Provider : IAsyncDisposable
{
    public const string MerchantHeader = "Merchant";

    private static readonly TimeSpan _healthyDelay = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan _errorDelay = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan _slowDelay = TimeSpan.FromSeconds(2);

    private readonly WebApplication _app;

    private Provider(WebApplication app) => _app = app;

    public Uri Address => _app.Address;

    public static async Task<Provider> StartAsync(Measurements measurements, RunClock clock)
    {
        var app = Loopback.CreateBuilder().Build();
        app.MapPost("/charges", async (HttpContext call) =>
        {
            using var inFlight = measurements.GetShop(call.Request.Headers[MerchantHeader].ToString()).StartCall();
            return await ChargeAsync(measurements.Health.Current, clock.Time, call.RequestAborted);
        });
        await app.StartAsync();
        return new Provider(app);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static async Task<IResult> ChargeAsync(ProviderHealth health, TimeProvider time, CancellationToken cancellationToken)
    {
        var delay = health switch
        {
            ProviderHealth.Hangs => Timeout.InfiniteTimeSpan,
            ProviderHealth.Answers500 => _errorDelay,
            ProviderHealth.Slow => _slowDelay,
            _ => _healthyDelay,
        };
        try
        {
            await Task.Delay(delay, time, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            return Results.Empty; // The shop has closed the connection.
        }

        return health == ProviderHealth.Answers500 ? Results.InternalServerError() : Results.Ok("Charged.");
    }
}
