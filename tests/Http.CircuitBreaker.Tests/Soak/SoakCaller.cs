namespace Http.CircuitBreaker.Tests.Soak;

/// <summary>Makes calls, several at a time, gives some of them up, and writes down what each came to.</summary>
internal sealed class SoakCaller(SoakApp app, int seed)
{
    // Real time. Nothing takes so long but a deadlock.
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(1);

    private readonly Random _random = new(seed);
    private readonly Queue<(Task Call, CancellationTokenSource? GivingUp)> _running = new();

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

        // Where the breaker's own timeout is at work nobody else cancels: if both did at once, each could think that it was first.
        var givingUp = SoakApp.IsTimed(host) ? null : new CancellationTokenSource();
        var call = CallAsync(client, request, isBypassed, isSynchronous: _random.Next(8) == 0, givingUp?.Token ?? default);
        _running.Enqueue((call, givingUp));
    }

    private void EndOldest()
    {
        var (call, givingUp) = _running.Dequeue();
        if (givingUp is not null && !call.IsCompleted)
        {
            givingUp.Cancel();
        }
        else if (!call.IsCompleted)
        {
            app.Host.ReleaseAll(_random);
        }

        Assert.True(call.Wait(_patience), "A call never ended.");
        givingUp?.Dispose();
    }

    private async Task CallAsync(string client, HttpRequestMessage request, bool isBypassed, bool isSynchronous, CancellationToken token)
    {
        SoakEnd end;
        try
        {
            using var response = isSynchronous
                ? app.Client(client).Send(request, HttpCompletionOption.ResponseHeadersRead, token)
                : await app.Client(client).SendAsync(request, HttpCompletionOption.ResponseHeadersRead, token).ConfigureAwait(false);
            end = response.IsCircuitOpen() ? SoakEnd.Rejected
                : response.IsSuccessStatusCode ? await ReadAsync(response).ConfigureAwait(false)
                : SoakEnd.Failure;
        }
        catch (InvalidOperationException)
        {
            end = SoakEnd.Ignored;
        }
        catch (OperationCanceledException exception)
        {
            end = exception.InnerException is TimeoutException ? SoakEnd.Failure : SoakEnd.Ignored;
        }
        catch (HttpRequestException)
        {
            end = SoakEnd.Failure;
        }

        Assert.False(isBypassed && end == SoakEnd.Rejected);
        app.Tally.Note(CircuitKey.FromUri(client, request.RequestUri!), isBypassed ? SoakEnd.Bypassed : end);
    }

    // A reader who leaves early is content with what it has.
    private static async Task<SoakEnd> ReadAsync(HttpResponseMessage response)
    {
        if (Random.Shared.Next(4) == 0)
        {
            return SoakEnd.Success;
        }

        try
        {
            await response.Content.ReadAsByteArrayAsync(CancellationToken.None).ConfigureAwait(false);
            return SoakEnd.Success;
        }
        catch (Exception exception) when (exception is HttpRequestException or HttpIOException)
        {
            return SoakEnd.Failure;
        }
    }
}
