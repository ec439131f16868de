namespace Fleet;

/// <summary>The payment provider that all shops call. It counts the calls that it receives.</summary>
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

    /// <summary>Whether the provider accepts calls without answering them.</summary>
    public bool IsHanging { get; set; }

    public Uri Address => new(_app.Urls.Single());

    /// <summary>The number of calls received since the start.</summary>
    public int Received => Volatile.Read(ref _received);

    public static async Task<Provider> StartAsync()
    {
        var provider = new Provider();
        await provider._app.StartAsync();
        return provider;
    }

    /// <summary>Answers the next call with 503 and <c>Retry-After: 3</c>.</summary>
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

        if (!IsHanging)
        {
            return Results.Ok("Charged.");
        }

        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, call.RequestAborted);
        }
        catch (OperationCanceledException)
        {
            // The caller has disconnected.
        }

        return Results.Empty;
    }
}
