using Payments.Score;
using Spectre.Console;

namespace Payments.Views;

/// <summary>Prints the summary: a table of the outages, and what it means in words.</summary>
internal static class SummaryView
{
    public static void Print(Summary summary)
    {
        if (Console.IsOutputRedirected)
        {
            AnsiConsole.Profile.Width = 200; // A file has room: no sentence is broken.
        }

        AnsiConsole.WriteLine();
        if (summary.Outages.Count == 0)
        {
            AnsiConsole.WriteLine("Stopped before the first outage was over: there is nothing to sum up yet.");
            return;
        }

        AnsiConsole.MarkupLine("[bold]What the breaker was worth[/]");
        AnsiConsole.MarkupLine("In each outage: customers' waits, calls the provider got, the most in flight");
        AnsiConsole.Write(Outages(summary));
        foreach (var line in InWords(summary))
        {
            AnsiConsole.MarkupLine(line);
        }
    }

    private static Table Outages(Summary summary)
    {
        var table = new Table().Border(Console.IsOutputRedirected ? TableBorder.Markdown : TableBorder.Rounded).BorderColor(Color.Grey);
        table.AddColumns("provider", "breaker");
        foreach (var heading in (string[])["median", "p95", "all waits", "calls", "in flight"])
        {
            table.AddColumn(new TableColumn(heading).RightAligned());
        }

        foreach (var outage in summary.Outages)
        {
            table.AddRow(Row(Words.For(outage.Health), "without", outage.Unguarded));
            table.AddRow(Row("", "with", outage.Guarded));
        }

        return table;
    }

    private static string[] Row(string health, string breaker, ShopReport report) =>
    [
        health, breaker, Words.For(report.MedianWait), Words.For(report.P95Wait), Words.For(report.TotalWait),
        $"{report.Calls}", $"{report.MostInFlight}",
    ];

    private static IEnumerable<string> InWords(Summary summary)
    {
        var outages = summary.Outages;
        var calls = outages.Sum(outage => outage.Unguarded.Calls);
        yield return $"Calls spared:         {calls - outages.Sum(outage => outage.Guarded.Calls)} of {calls} while the provider struggled";
        yield return $"Most in flight:       {outages.Max(outage => outage.Unguarded.MostInFlight)} without the breaker,"
            + $" {outages.Max(outage => outage.Guarded.MostInFlight)} with it";
        yield return $"Detection took:       {Each(outage => outage.Detection)}";
        yield return $"Recovery took:        {Each(outage => outage.Recovery)}";
        yield return $"Checkouts without it: {Totals(summary.Unguarded)}";
        yield return $"Checkouts with it:    {Totals(summary.Guarded)}";
        yield return $"Its price:            {summary.Unguarded.Done - summary.Guarded.Done} fewer paid at once, though their orders are saved;";
        yield return $"                      {summary.RefusedInHealth} were refused when the provider was already well";
        if (summary.Hang is { } hang)
        {
            yield return "";
            yield return $"[bold]While the provider hung, a customer of the shop without a breaker waited {Words.For(hang.Unguarded.MedianWaitForNo)} to be"
                + $" told no; with it, {Words.For(hang.Guarded.MedianWaitForNo)}.[/]";
        }

        string Each(Func<OutageReport, TimeSpan?> time) =>
            string.Join(", ", outages.Select(outage => $"{Words.For(time(outage))} ({Words.For(outage.Health)})"));
    }

    private static string Totals(ShopFigures shop) => $"{shop.Done} done, {shop.Failed} failed, {shop.Refused} refused at once";
}
