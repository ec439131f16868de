using Http.CircuitBreaker.Benchmarks.Support;

namespace Http.CircuitBreaker.Benchmarks.Quick;

/// <summary>What a call to a healthy host costs while somebody listens to every metric, against nobody.</summary>
internal static class MetricsFigures
{
    public static void Measure(FigureBoard board)
    {
        using var ours = Subjects.Ours();
        var answer = Task.FromResult(new HttpResponseMessage());
        ours.Host.Answer = () => answer;
        var calls = ManyCalls.Of(ours);
        var times = Stopwatches.Medians(10_000, calls, count =>
        {
            using var listener = MetricsListener.Start("Http.CircuitBreaker");
            calls(count);
            listener.RecordObservableInstruments();
        });
        board.Add("metrics_on_vs_off", times[1] / times[0]);
    }
}
