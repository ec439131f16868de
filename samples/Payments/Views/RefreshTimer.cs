namespace Payments.Views;

/// <summary>A timer whose end is an answer instead of an exception.</summary>
internal sealed class Beat(TimeSpan period, TimeProvider time) : IDisposable
{
    private readonly PeriodicTimer _timer = new(period, time);

    /// <summary>Whether the next beat came before <paramref name="end"/> did.</summary>
    public async Task<bool> NextAsync(CancellationToken end)
    {
        try
        {
            return await _timer.WaitForNextTickAsync(end);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    public void Dispose() => _timer.Dispose();
}
