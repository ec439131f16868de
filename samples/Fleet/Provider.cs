namespace Fleet;

/// <summary>How the payment provider is.</summary>
internal enum Health
{
    Well,

    /// <summary>Accepts calls and does not answer.</summary>
    Hanging,
}

/// <summary>The payment provider that all shops call. Counts what reaches it.</summary>
internal sealed class Provider : IAsyncDisposable
{
    private readonly WebApplication _app;
    private int _received;
    private int _isPauseDue;

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

    /// <summary>The next call, and no other, is told to come back in three seconds.</summary>
    public void AskForPause() => Volatile.Write(ref _isPauseDue, 1);

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task<IResult> ChargeAsync(HttpContext call)
    {
        Interlocked.Increment(ref _received);
        if (Interlocked.Exchange(ref _isPauseDue, 0) == 1)
        {
            call.Response.Headers.RetryAfter = "3";
            return Results.StatusCode(StatusCodes.Status503ServiceUnavailable);
        }

        if (Health == Health.Well)
        {
            return Results.Ok("Charged.");
        }

        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, call.RequestAborted);
        }
        catch (OperationCanceledException)
        {
            // The shop has hung up: nobody is there to be answered.
        }

        return Results.Empty;
    }
}
