using System.Diagnostics;

namespace Http.CircuitBreaker.Benchmarks.Support;

/// <summary>
/// Runs two actions in parallel. The second thread is started in advance, because starting it would take longer than the action.
/// </summary>
internal sealed class TwoThreads : IDisposable
{
    private const int MaxAttempts = 10;
    private const double SufficientOverlap = 0.9;

    private readonly Barrier _barrier = new(2);
    private readonly Thread _thread;
    private Action _work = () => { };
    private (long Start, long End) _secondRun;
    private bool _isDisposed;
    private int _running;

    public TwoThreads()
    {
        _thread = new Thread(Work) { IsBackground = true };
        _thread.Start();
    }

    /// <summary>
    /// Returns the nanoseconds from the first start to the last end. Runs the actions again if they overlapped too little, because the
    /// result would then be that of sequential execution.
    /// </summary>
    public double Time(Action first, Action second)
    {
        for (var attempt = 1; ; attempt++)
        {
            var firstRun = Run(first, second);
            double overlap = Math.Min(firstRun.End, _secondRun.End) - Math.Max(firstRun.Start, _secondRun.Start);
            var total = Math.Max(firstRun.End, _secondRun.End) - Math.Min(firstRun.Start, _secondRun.Start);
            if (overlap / total >= SufficientOverlap || attempt == MaxAttempts)
            {
                return total * 1e9 / Stopwatch.Frequency;
            }
        }
    }

    public (long Start, long End) Run(Action first, Action second)
    {
        (_work, _running) = (second, 0);
        _barrier.SignalAndWait();
        var firstRun = Timed(first);
        _barrier.SignalAndWait();
        return firstRun;
    }

    public void Dispose()
    {
        _isDisposed = true;
        _barrier.SignalAndWait();
        _thread.Join();
        _barrier.Dispose();
    }

    private void Work()
    {
        _barrier.SignalAndWait();
        while (!_isDisposed)
        {
            _secondRun = Timed(_work);
            _barrier.SignalAndWait();
            _barrier.SignalAndWait();
        }
    }

    // Spin until both threads run. A barrier alone releases them too far apart.
    private (long Start, long End) Timed(Action work)
    {
        Interlocked.Increment(ref _running);
        while (Volatile.Read(ref _running) < 2)
        {
            Thread.SpinWait(1);
        }

        var start = Stopwatch.GetTimestamp();
        work();
        return (start, Stopwatch.GetTimestamp());
    }
}
