using Http.CircuitBreaker;
using Payments.Statistics;
using Spectre.Console;

namespace Payments.Views;

/// <summary>Draws the round over time: the provider's health, the circuit's state, and the median wait at each shop.</summary>
internal sealed class Timeline(Measurements measurements, RunClock clock)
{
    private const int LabelWidth = 23;
    private const string Levels = "▁▂▃▄▅▆▇█";
    private static readonly TimeSpan _longestWait = TimeSpan.FromSeconds(3);

    public Rows Draw(int width)
    {
        var cells = Math.Max(10, width - LabelWidth);
        var interval = Script.Length / cells;
        var elapsed = Math.Min(cells, (int)((clock.Now - measurements.RoundStart) / interval));
        var times = Enumerable.Range(0, elapsed).Select(cell => measurements.RoundStart + (interval * (cell + 0.5))).ToArray();
        var periods = measurements.Health.Periods;
        var transitions = measurements.Circuit.Transitions;
        return new Rows(
            Row("provider", times.Select(at => Cell(periods.LastOrDefault(period => period.Start <= at).Health))),
            Row("circuit", times.Select(at => Cell(StateAt(transitions, at)))),
            Row($"wait {measurements.Guarded.Name}", times.Select(at => Cell(measurements.Guarded, at, interval))),
            Row($"wait {measurements.Unguarded.Name}", times.Select(at => Cell(measurements.Unguarded, at, interval))));
    }

    private static Markup Row(string label, IEnumerable<string> cells) => new($" [grey]{label,-LabelWidth + 1}[/]{string.Concat(cells)}");

    private static CircuitState StateAt(Transition[] transitions, TimeSpan at) =>
        transitions.LastOrDefault(to => to.At <= at).Change?.State ?? CircuitState.Closed;

    private static string Cell(ProviderHealth health) => health == ProviderHealth.Healthy ? "[green]▁[/]" : "[red]█[/]";

    private static string Cell(CircuitState state) => state switch
    {
        CircuitState.Closed => "[green]▁[/]",
        CircuitState.HalfOpen => "[yellow]▄[/]",
        _ => "[red]█[/]",
    };

    // Checkouts are drawn at their start time, but only after they have ended.
    private static string Cell(ShopStats shop, TimeSpan at, TimeSpan interval)
    {
        if (shop.Checkouts.Where(checkout => (checkout.Start - at).Duration() <= interval / 2).MedianWait() is not { } wait)
        {
            return " ";
        }

        var level = (int)Math.Clamp(wait / _longestWait * Levels.Length, 0, Levels.Length - 1);
        return $"[{(wait >= TimeSpan.FromSeconds(1) ? "red" : "green")}]{Levels[level]}[/]";
    }
}
