using Payments.Statistics;
using Spectre.Console;

namespace Payments.Views;

/// <summary>Prints what the customers of both shops experienced, and what the breaker did.</summary>
internal static class SummaryView
{
    public static void Print(Summary summary)
    {
        if (Console.IsOutputRedirected)
        {
            AnsiConsole.Profile.Width = 110;
        }

        AnsiConsole.WriteLine();
        if (summary.Outages.Count == 0)
        {
            AnsiConsole.WriteLine("Stopped before the first outage ended, so there is no summary.");
            return;
        }

        AnsiConsole.Write(Compare(summary.Unguarded, summary.Guarded));
        Print("The circuit opened after", outage => outage.TimeToOpen);
        Print("It closed again after   ", outage => outage.TimeToClose);
        AnsiConsole.WriteLine();
        foreach (var line in Conclude(summary.Unguarded, summary.Guarded))
        {
            AnsiConsole.MarkupLine($"[bold]{line}[/]");
        }

        void Print(string text, Func<OutageReport, TimeSpan?> time) => AnsiConsole.WriteLine($"{text} "
            + string.Join(", ", summary.Outages.Select(outage => $"{Words.Format(time(outage))} ({Words.Format(outage.Health)})")));
    }

    private static Table Compare(ShopReport without, ShopReport with)
    {
        var table = new Table().Border(Console.IsOutputRedirected ? TableBorder.Markdown : TableBorder.Rounded).BorderColor(Color.Grey);
        table.AddColumn("").AddColumn(RightAligned("without breaker")).AddColumn(RightAligned("with breaker"));
        Add("catalogue pages shown", shop => $"{shop.Totals.Shown} of {shop.Totals.Visits}");
        Add("orders paid at the checkout", shop => $"{shop.Totals.Paid}");
        Add("orders saved during a break and paid later", shop => $"{shop.Totals.PaidLater}");
        Add("orders lost", shop => $"{shop.Totals.Failed + shop.Totals.Saved - shop.Totals.PaidLater}");
        Add("average wait at the checkout in an outage", shop => Words.Format(shop.WaitInOutages));
        Add("calls to the failing provider", shop => $"{shop.CallsInOutages}");
        return table;

        void Add(string label, Func<ShopReport, string> value) => table.AddRow(label, value(without), value(with));
    }

    private static TableColumn RightAligned(string heading) => new TableColumn(heading).RightAligned();

    private static IEnumerable<string> Conclude(ShopReport without, ShopReport with)
    {
        yield return "When the payment provider failed, the whole shop without a circuit breaker failed with it.";
        yield return $"It turned away {without.Totals.TurnedAway} of {without.Totals.Visits} visitors of its catalogue, which needs no"
            + $" payment; with the breaker: {with.Totals.TurnedAway}.";
    }
}
