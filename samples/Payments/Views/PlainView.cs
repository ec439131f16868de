using Payments.Score;

namespace Payments.Views;

/// <summary>A line for every change of the provider and the circuit, and one about both shops each second.</summary>
internal sealed class PlainView(bool watch, Uri shop, Scoreboard board, RunClock clock) : IView
{
    private static readonly TimeSpan _statusEvery = TimeSpan.FromSeconds(1);

    private TimeSpan _shownUntil = TimeSpan.MinValue;
    private TimeSpan _nextStatus = _statusEvery;

    public async Task ShowAsync(CancellationToken end)
    {
        Console.WriteLine(CommandLine.Title);
        if (watch)
        {
            Console.WriteLine($"See it in a browser: {shop}circuits/");
            Console.WriteLine($"For Prometheus: {shop}metrics");
        }

        using var beat = new Beat(TimeSpan.FromMilliseconds(100), clock.Time);
        do
        {
            Show();
        }
        while (await beat.NextAsync(end));

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
            WriteLine(now, $"{Circuit(),-8}  {About(board.Guarded.Figures())} | {About(board.Unguarded.Figures())}");
            _nextStatus += _statusEvery;
        }
    }

    private IEnumerable<(TimeSpan At, string Line)> Changes()
    {
        var spells = board.Health.Spells.Select(spell => (spell.Start, $"PROVIDER  {Words.For(spell.Health)}"));
        var transitions = board.Circuit.Transitions.Select(to =>
            (to.At, $"CIRCUIT   {to.Change.PreviousState} -> {to.Change.State}: {Words.Reason(to.Change)}"));
        return spells.Concat(transitions);
    }

    private string Circuit() => board.Circuit.Snapshot?.State.ToString() ?? "-";

    private static string About(ShopFigures shop) =>
        $"{shop.Shop}: {shop.Done} done, {shop.Failed} failed, {shop.Refused} refused at once, p95 {Words.For(shop.P95Wait)}, {shop.InFlight} in flight";

    private static void WriteLine(TimeSpan at, string line) => Console.WriteLine($"{at.TotalSeconds,5:0.0} s  {line}");
}
