using System.Diagnostics;

namespace Http.CircuitBreaker.Benchmarks.Support;

/// <summary>Two things at once. The second thread is there already when it is needed: starting one would cost more than what it is to do.</summary>
internal sealed class TwoThreads : IDisposable
{
    private const int MostAttempts = 10;
    private const double SufficientOverlap = 0.9;

    private readonly Barrier _barrier = new(2);
    private readonly Thread _thread;
    private Action _work = () => { };
    private (long Start, long End) _second;
    private bool _isOver;
    private int _running;

    public TwoThreads()
    {
        _thread = new Thread(Work) { IsBackground = true };
        _thread.Start();
    }

    /// <summary>
    /// Nanoseconds from the first start to the last end. Where the system let one thread wait, so that they hardly ran side by side, it is
    /// done again: that would measure one thread after the other.
    /// </summary>
    public double Time(Action first, Action second)
    {
        for (var attempt = 1; ; attempt++)
        {
            var mine = Run(first, second);
            double together = Math.Min(mine.End, _second.End) - Math.Max(mine.Start, _second.Start);
            var all = Math.Max(mine.End, _second.End) - Math.Min(mine.Start, _second.Start);
            if (together / all >= SufficientOverlap || attempt == MostAttempts)
            {
                return all * 1e9 / Stopwatch.Frequency;
            }
        }
    }

    public (long Start, long End) Run(Action first, Action second)
    {
        (_work, _running) = (second, 0);
        _barrier.SignalAndWait();
        var mine = Timed(first);
        _barrier.SignalAndWait();
        return mine;
    }

    public void Dispose()
    {
        _isOver = true;
        _barrier.SignalAndWait();
        _thread.Join();
        _barrier.Dispose();
    }

    private void Work()
    {
        _barrier.SignalAndWait();
        while (!_isOver)
        {
            _second = Timed(_work);
            _barrier.SignalAndWait();
            _barrier.SignalAndWait();
        }
    }

    // A barrier wakes its threads too far apart: the one that is through may be done before the other has a processor.
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
