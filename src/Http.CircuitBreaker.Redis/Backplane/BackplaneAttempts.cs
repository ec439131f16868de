using Http.CircuitBreaker.Redis.Telemetry;

namespace Http.CircuitBreaker.Redis.Backplane;

/// <summary>Everything that is said to the server: for no longer than a command may take, counted, and the first failure told.</summary>
internal sealed class BackplaneAttempts(TimeSpan timeout, TimeProvider time, BackplaneHealth health, BackplaneMetrics metrics, CancellationToken stop)
{
    /// <summary>False if it failed. Throws <see cref="OperationCanceledException"/> if all is to stop.</summary>
    public async Task<bool> TryAsync(string kind, Func<CancellationToken, Task> send)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        try
        {
            await send(limit.Token).WaitAsync(timeout, time, stop).ConfigureAwait(false);
            metrics.Sent(kind, null);
            health.Succeeded();
            return true;
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !stop.IsCancellationRequested)
        {
            await limit.CancelAsync().ConfigureAwait(false);
            metrics.Sent(kind, exception.GetType().FullName);
            health.Failed(exception);
            return false;
        }
    }
}
