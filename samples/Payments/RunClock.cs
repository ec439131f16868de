namespace Payments;

/// <summary>Measures time since the start of the run.</summary>
internal sealed class RunClock(TimeProvider time)
{
    private long _start = time.GetTimestamp();

    public TimeProvider Time => time;

    public TimeSpan Now => time.GetElapsedTime(_start);

    public void Restart() => _start = time.GetTimestamp();

    public async Task WaitUntilAsync(TimeSpan target, CancellationToken cancellationToken)
    {
        if (target - Now is { Ticks: > 0 } remaining)
        {
            await Task.Delay(remaining, time, cancellationToken);
        }
    }
}
