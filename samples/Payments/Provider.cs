using Payments.Score;

namespace Payments;

/// <summary>The payment provider: one endpoint that behaves as its health says.</summary>
internal sealed class Provider : IAsyncDisposable
{
    public const string MerchantHeader = "Merchant";

    private static readonly TimeSpan _healthy = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan _untilError = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan _slow = TimeSpan.FromSeconds(2);

    private readonly WebApplication _app;

    private Provider(WebApplication app) => _app = app;

    public Uri Address => _app.Address;

    public static async Task<Provider> StartAsync(Scoreboard board, RunClock clock)
    {
        var app = Loopback.CreateBuilder().Build();
        app.MapPost("/charges", async (HttpContext call) =>
        {
            using var counted = board.StatsOf(call.Request.Headers[MerchantHeader].ToString()).StartCall();
            return await ChargeAsync(board.Health.Current, clock.Time, call.RequestAborted);
        });
        await app.StartAsync();
        return new Provider(app);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static async Task<IResult> ChargeAsync(Health health, TimeProvider time, CancellationToken gone)
    {
        var delay = health switch
        {
            Health.Hangs => Timeout.InfiniteTimeSpan,
            Health.Answers500 => _untilError,
            Health.Slow => _slow,
            _ => _healthy,
        };
        try
        {
            await Task.Delay(delay, time, gone);
        }
        catch (OperationCanceledException)
        {
            return Results.Empty; // The shop has hung up: nobody is there to be answered.
        }

        return health == Health.Answers500 ? Results.InternalServerError() : Results.Ok("Charged.");
    }
}
