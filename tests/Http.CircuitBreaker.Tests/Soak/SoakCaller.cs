namespace Http.CircuitBreaker.Tests.Soak;

/// <summary>Makes concurrent calls, cancels some of them, and records the outcome of each.</summary>
internal sealed class SoakCaller(SoakApp app, int seed)
{
    // In real time. Only a deadlock takes this long.
    private static readonly TimeSpan _timeout = TimeSpan.FromMinutes(1);

    private readonly Random _random = new(seed);
    private readonly Queue<(Task Call, CancellationTokenSource? Cancellation)> _running = new();

    public void Call()
    {
        Start();
        while (_running.Count > _random.Next(60))
        {
            EndOldest();
        }

        if (_random.Next(10) == 0)
        {
            app.Time.Advance(TimeSpan.FromMilliseconds(_random.Next(1, 40)));
        }
    }

    public void EndAll()
    {
        while (_running.Count > 0)
        {
            EndOldest();
        }
    }

    private void Start()
    {
        var (client, host) = SoakApp.Pick(_random);
        var request = new HttpRequestMessage(HttpMethod.Get, host);
        var isBypassed = client == SoakApp.Kept && _random.Next(50) == 0;
        if (isBypassed)
        {
            request.BypassCircuitBreaker();
        }

        // Calls with a CallTimeout are not canceled: with both, caller and breaker could disagree about which came first.
        var cancellation = SoakApp.IsTimed(host) ? null : new CancellationTokenSource();
        var call = CallAsync(client, request, isBypassed, isSynchronous: _random.Next(8) == 0, cancellation?.Token ?? default);
        _running.Enqueue((call, cancellation));
    }

    private void EndOldest()
    {
        var (call, cancellation) = _running.Dequeue();
        if (cancellation is not null && !call.IsCompleted)
        {
            cancellation.Cancel();
        }
        else if (!call.IsCompleted)
        {
            app.Hosts.ReleaseAll(_random);
        }

        Assert.True(call.Wait(_timeout), "A call did not end.");
        cancellation?.Dispose();
    }

    private async Task CallAsync(string client, HttpRequestMessage request, bool isBypassed, bool isSynchronous, CancellationToken token)
    {
        SoakOutcome outcome;
        try
        {
            using var response = isSynchronous
                ? app.Client(client).Send(request, HttpCompletionOption.ResponseHeadersRead, token)
                : await app.Client(client).SendAsync(request, HttpCompletionOption.ResponseHeadersRead, token).ConfigureAwait(false);
            outcome = response.IsCircuitOpen() ? SoakOutcome.Rejected
                : response.IsSuccessStatusCode ? await ReadAsync(response).ConfigureAwait(false)
                : SoakOutcome.Failure;
        }
        catch (InvalidOperationException)
        {
            outcome = SoakOutcome.Ignored;
        }
        catch (OperationCanceledException exception)
        {
            outcome = exception.InnerException is TimeoutException ? SoakOutcome.Failure : SoakOutcome.Ignored;
        }
        catch (HttpRequestException)
        {
            outcome = SoakOutcome.Failure;
        }

        Assert.False(isBypassed && outcome == SoakOutcome.Rejected);
        app.Totals.Record(CircuitKey.FromUri(client, request.RequestUri!), isBypassed ? SoakOutcome.Bypassed : outcome);
    }

    // Some readers do not read the body; the call is still a success.
    private static async Task<SoakOutcome> ReadAsync(HttpResponseMessage response)
    {
        if (Random.Shared.Next(4) == 0)
        {
            return SoakOutcome.Success;
        }

        try
        {
            await response.Content.ReadAsByteArrayAsync(CancellationToken.None).ConfigureAwait(false);
            return SoakOutcome.Success;
        }
        catch (Exception exception) when (exception is HttpRequestException or HttpIOException)
        {
            return SoakOutcome.Failure;
        }
    }
}
