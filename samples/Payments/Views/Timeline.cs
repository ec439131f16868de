using Http.CircuitBreaker;
using Payments.Score;
using Spectre.Console;

namespace Payments.Views;

/// <summary>The round from left to right: the provider's health, the circuit's state, and how long the customers of each shop waited.</summary>
internal sealed class Timeline(Scoreboard board, RunClock clock)
{
    private const int LabelWidth = 23;
    private const string Levels = "▁▂▃▄▅▆▇█";
    private static readonly TimeSpan _longestWait = TimeSpan.FromSeconds(3);

    public Rows Draw(int width)
    {
        var cells = Math.Max(10, width - LabelWidth);
        var slice = Script.Length / cells;
        var past = Math.Min(cells, (int)((clock.Now - board.RoundStart) / slice));
        var moments = Enumerable.Range(0, past).Select(cell => board.RoundStart + (slice * (cell + 0.5))).ToArray();
        var spells = board.Health.Spells;
        var transitions = board.Circuit.Transitions;
        return new Rows(
            Row("provider", moments.Select(at => Cell(spells.LastOrDefault(spell => spell.Start <= at).Health))),
            Row("circuit", moments.Select(at => Cell(StateAt(transitions, at)))),
            Row($"wait {board.Guarded.Shop}", moments.Select(at => Cell(board.Guarded, at, slice))),
            Row($"wait {board.Unguarded.Shop}", moments.Select(at => Cell(board.Unguarded, at, slice))));
    }

    private static Markup Row(string label, IEnumerable<string> cells) => new($" [grey]{label,-LabelWidth + 1}[/]{string.Concat(cells)}");

    private static CircuitState StateAt(Transition[] transitions, TimeSpan at) =>
        transitions.LastOrDefault(to => to.At <= at).Change?.State ?? CircuitState.Closed;

    private static string Cell(Health health) => health == Health.Healthy ? "[green]▁[/]" : "[red]█[/]";

    private static string Cell(CircuitState state) => state switch
    {
        CircuitState.Closed => "[green]▁[/]",
        CircuitState.HalfOpen => "[yellow]▄[/]",
        _ => "[red]█[/]",
    };

    // By arrival: a customer who is still waiting shows up when the answer is there.
    private static string Cell(ShopStats shop, TimeSpan at, TimeSpan slice)
    {
        if (shop.Visits.Where(visit => (visit.Arrived - at).Duration() <= slice / 2).Wait(0.5) is not { } wait)
        {
            return " ";
        }

        var level = (int)Math.Clamp(wait / _longestWait * Levels.Length, 0, Levels.Length - 1);
        return $"[{(wait >= TimeSpan.FromSeconds(1) ? "red" : "green")}]{Levels[level]}[/]";
    }
}
