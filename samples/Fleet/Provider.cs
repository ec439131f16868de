namespace Fleet;

/// <summary>How the payment provider is.</summary>
internal enum Health
{
    Well,

    /// <summary>503, come back in three seconds.</summary>
    Limiting,

    /// <summary>Accepts calls and does not answer.</summary>
    Hanging,
}

/// <summary>The payment provider that all shops call. Counts what reaches it.</summary>
internal sealed class Provider : IAsyncDisposable
{
    private readonly WebApplication _app;
    private int _received;

    private Provider()
    {
        _app = Loopback.CreateBuilder().Build();
        _app.MapGet("/charge", (Delegate)ChargeAsync);
    }

    public Health Health { get; set; }

    public Uri Address => new(_app.Urls.Single());

    /// <summary>Since the start, health checks none.</summary>
    public int Received => Volatile.Read(ref _received);

    public static async Task<Provider> StartAsync()
    {
        var provider = new Provider();
        await provider._app.StartAsync();
        return provider;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task<IResult> ChargeAsync(HttpContext call)
    {
        Interlocked.Increment(ref _received);
        switch (Health)
        {
            case Health.Limiting:
                call.Response.Headers.RetryAfter = "3";
                return Results.StatusCode(StatusCodes.Status503ServiceUnavailable);
            case Health.Hanging:
                try
                {
                    await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, call.RequestAborted);
                }
                catch (OperationCanceledException)
                {
                    // The shop has hung up: nobody is there to be answered.
                }

                return Results.Empty;
            default:
                return Results.Ok("Charged.");
        }
    }
}
