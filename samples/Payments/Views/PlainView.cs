using Payments.Statistics;

namespace Payments.Views;

/// <summary>Writes a line for every change of the provider and the circuit, and the totals of both shops every two seconds.</summary>
internal sealed class PlainView(bool watch, Uri shop, Measurements measurements, RunClock clock) : IView
{
    private const string Headings = "  paid  saved  lost  catalogue";

    private static readonly TimeSpan _statusInterval = TimeSpan.FromSeconds(2);

    private TimeSpan _shownUntil = TimeSpan.MinValue;
    private TimeSpan _nextStatus = _statusInterval;

    public async Task ShowAsync(CancellationToken cancellationToken)
    {
        Console.WriteLine(CommandLine.Introduction);
        if (watch)
        {
            Console.WriteLine();
            Console.WriteLine($"Live page: {shop}circuits/");
            Console.WriteLine($"Prometheus metrics: {shop}metrics");
        }

        Console.WriteLine();
        Console.WriteLine($"{"",20}with the circuit breaker{"",17}without it");
        Console.WriteLine($"{"",9}{"circuit",-9}{Headings}{"",4}{Headings}");

        using var timer = new RefreshTimer(TimeSpan.FromMilliseconds(100), clock.Time);
        do
        {
            Show();
        }
        while (await timer.WaitAsync(cancellationToken));

        Show();
    }

    private void Show()
    {
        var now = clock.Now;
        foreach (var (at, line) in Changes().Where(change => change.At > _shownUntil && change.At <= now).OrderBy(change => change.At))
        {
            WriteLine(at, line);
        }

        _shownUntil = now;
        if (now >= _nextStatus)
        {
            WriteLine(now, $"{Circuit(),-9}{Format(measurements.Guarded.GetTotals())}{"",4}{Format(measurements.Unguarded.GetTotals())}");
            _nextStatus += _statusInterval;
        }
    }

    private IEnumerable<(TimeSpan At, string Line)> Changes()
    {
        var periods = measurements.Health.Periods.Select(period => (period.Start, $"PROVIDER  {Words.Format(period.Health)}"));
        var transitions = measurements.Circuit.Transitions.Select(to =>
            (to.At, $"CIRCUIT   {to.Change.PreviousState} -> {to.Change.State}: {Words.Explain(to.Change)}"));
        return periods.Concat(transitions);
    }

    private string Circuit() => measurements.Circuit.Snapshot?.State.ToString() ?? "-";

    private static string Format(ShopTotals shop) =>
        $"{shop.Paid,6}{shop.Saved,7}{shop.Failed,6}{$"{shop.Shown}/{shop.Visits}",11}";

    private static void WriteLine(TimeSpan at, string line) => Console.WriteLine($"{at.TotalSeconds,5:0.0} s  {line}");
}
