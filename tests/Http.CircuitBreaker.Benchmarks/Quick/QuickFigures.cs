namespace Http.CircuitBreaker.Benchmarks.Quick;

/// <summary>Measures the cost of a call. Times are ratios to other measurements of the same run.</summary>
internal static class QuickFigures
{
    public static async Task RunAsync()
    {
        var report = new QuickReport();
        ClosedFigures.Measure(report);
        OpenFigures.Measure(report);
        ThreadFigures.Measure(report);
        MemoryFigures.Measure(report);
        ManyHostsFigures.Measure(report);
        await LoopbackFigures.MeasureAsync(report);
        MetricsFigures.Measure(report);
        RedisFigures.Measure(report);
        report.PrintTable();
    }
}
