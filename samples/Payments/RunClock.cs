namespace Payments;

/// <summary>Time since the run began.</summary>
internal sealed class RunClock(TimeProvider time)
{
    private long _start = time.GetTimestamp();

    public TimeProvider Time => time;

    public TimeSpan Now => time.GetElapsedTime(_start);

    public void Restart() => _start = time.GetTimestamp();

    public async Task WaitUntilAsync(TimeSpan moment, CancellationToken stop)
    {
        if (moment - Now is { Ticks: > 0 } left)
        {
            await Task.Delay(left, time, stop);
        }
    }
}
