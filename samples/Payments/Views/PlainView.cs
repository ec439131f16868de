using Payments.Statistics;

namespace Payments.Views;

/// <summary>Writes a line for every change of the provider and the circuit, and a status line of both shops every second.</summary>
internal sealed class PlainView(bool watch, Uri shop, Measurements measurements, RunClock clock) : IView
{
    private static readonly TimeSpan _statusInterval = TimeSpan.FromSeconds(1);

    private TimeSpan _shownUntil = TimeSpan.MinValue;
    private TimeSpan _nextStatus = _statusInterval;

    public async Task ShowAsync(CancellationToken cancellationToken)
    {
        Console.WriteLine(CommandLine.Title);
        if (watch)
        {
            Console.WriteLine($"Live page: {shop}circuits/");
            Console.WriteLine($"Prometheus metrics: {shop}metrics");
        }

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
            WriteLine(now, $"{Circuit(),-8}  {Format(measurements.Guarded.GetTotals())} | {Format(measurements.Unguarded.GetTotals())}");
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
        $"{shop.Shop}: {shop.Paid} paid, {shop.Failed} failed, {shop.Rejected} rejected, p95 {Words.Format(shop.P95Wait)}, {shop.InFlight} in flight";

    private static void WriteLine(TimeSpan at, string line) => Console.WriteLine($"{at.TotalSeconds,5:0.0} s  {line}");
}
