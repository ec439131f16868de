namespace Http.CircuitBreaker.Benchmarks.Quick;

/// <summary>What a call costs, as ratios to what else is measured in the same run.</summary>
internal static class QuickFigures
{
    public static async Task RunAsync()
    {
        var board = new FigureBoard();
        ClosedFigures.Measure(board);
        OpenFigures.Measure(board);
        ThreadFigures.Measure(board);
        MemoryFigures.Measure(board);
        HostFigures.Measure(board);
        await LoopbackFigures.MeasureAsync(board);
        MetricsFigures.Measure(board);
        FleetFigures.Measure(board);
        board.PrintTable();
    }
}
