using Http.CircuitBreaker.Benchmarks.Support;

namespace Http.CircuitBreaker.Benchmarks.Quick;

/// <summary>The cost of a call to a healthy host with a listener on every metric, compared with none.</summary>
internal static class MetricsFigures
{
    public static void Measure(QuickReport report)
    {
        using var ours = Subjects.Ours();
        var answer = Task.FromResult(new HttpResponseMessage());
        ours.Host.Answer = () => answer;
        var calls = CallLoop.Create(ours);
        var times = Measurement.Medians(10_000, calls, count =>
        {
            using var listener = MetricsListener.Start("Http.CircuitBreaker");
            calls(count);
            listener.RecordObservableInstruments();
        });
        report.Add("metrics_on_vs_off", times[1] / times[0]);
    }
}
