namespace Http.CircuitBreaker.Benchmarks.Support;

/// <summary>A second thread that is there already when it is needed: starting one would cost more than what it is to do.</summary>
internal sealed class TwoThreads : IDisposable
{
    private readonly Barrier _barrier = new(2);
    private readonly Thread _second;
    private Action _work = () => { };
    private bool _isOver;

    public TwoThreads()
    {
        _second = new Thread(Work) { IsBackground = true };
        _second.Start();
    }

    /// <summary>Both start together; comes back when both are done.</summary>
    public void Run(Action first, Action second)
    {
        _work = second;
        _barrier.SignalAndWait();
        first();
        _barrier.SignalAndWait();
    }

    public void Dispose()
    {
        _isOver = true;
        _barrier.SignalAndWait();
        _second.Join();
        _barrier.Dispose();
    }

    private void Work()
    {
        while (true)
        {
            _barrier.SignalAndWait();
            if (_isOver)
            {
                return;
            }

            _work();
            _barrier.SignalAndWait();
        }
    }
}
