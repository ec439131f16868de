namespace Http.CircuitBreaker.Redis.Tests.Support;

/// <summary>Calls the host from all instances, or from one, until disposed. Does not wait for calls that hang.</summary>
internal sealed class Pressure : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private int _rounds;

    public Pressure(TestFleet fleet, int? only = null) => _ = RunAsync(fleet, only);

    /// <summary>Waits for <paramref name="count"/> more rounds of calls.</summary>
    public async Task RoundsAsync(int count)
    {
        var end = Volatile.Read(ref _rounds) + count;
        await Eventually.TrueAsync(() => Volatile.Read(ref _rounds) >= end, "The calls do not go on.");
    }

    public void Dispose() => _stop.Cancel();

    private async Task RunAsync(TestFleet fleet, int? only)
    {
        while (!_stop.IsCancellationRequested)
        {
            foreach (var instance in fleet.All.Where((_, i) => only is null || only == i))
            {
                _ = CallAsync(instance);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
            Interlocked.Increment(ref _rounds);
        }
    }

    private static async Task CallAsync(Instance instance)
    {
        try
        {
            await instance.CallAsync();
        }
        catch (Exception exception) when (exception is ObjectDisposedException or HttpRequestException or OperationCanceledException)
        {
        }
    }
}
