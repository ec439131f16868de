using Payments.Statistics;
using Spectre.Console;

namespace Payments.Views;

/// <summary>Prints a table of the outages and the totals of the round.</summary>
internal static class SummaryView
{
    public static void Print(Summary summary)
    {
        if (Console.IsOutputRedirected)
        {
            AnsiConsole.Profile.Width = 200; // Prevents line breaks in redirected output.
        }

        AnsiConsole.WriteLine();
        if (summary.Outages.Count == 0)
        {
            AnsiConsole.WriteLine("Stopped before the first outage ended, so there is no summary.");
            return;
        }

        AnsiConsole.MarkupLine("[bold]Effect of the circuit breaker[/]");
        AnsiConsole.MarkupLine("Per outage: customer wait times, calls that reached the provider, peak calls in flight");
        AnsiConsole.Write(Outages(summary));
        foreach (var line in Totals(summary))
        {
            AnsiConsole.MarkupLine(line);
        }
    }

    private static Table Outages(Summary summary)
    {
        var table = new Table().Border(Console.IsOutputRedirected ? TableBorder.Markdown : TableBorder.Rounded).BorderColor(Color.Grey);
        table.AddColumns("provider", "breaker");
        foreach (var heading in (string[])["median", "p95", "total wait", "calls", "peak"])
        {
            table.AddColumn(new TableColumn(heading).RightAligned());
        }

        foreach (var outage in summary.Outages)
        {
            table.AddRow(Row(Words.Format(outage.Health), "without", outage.Unguarded));
            table.AddRow(Row("", "with", outage.Guarded));
        }

        return table;
    }

    private static string[] Row(string health, string breaker, ShopReport report) =>
    [
        health, breaker, Words.Format(report.MedianWait), Words.Format(report.P95Wait), Words.Format(report.TotalWait),
        $"{report.Calls}", $"{report.PeakInFlight}",
    ];

    private static IEnumerable<string> Totals(Summary summary)
    {
        var outages = summary.Outages;
        var calls = outages.Sum(outage => outage.Unguarded.Calls);
        yield return $"Calls avoided:    {calls - outages.Sum(outage => outage.Guarded.Calls)} of {calls} during the outages";
        yield return $"Peak in flight:   {outages.Max(outage => outage.Unguarded.PeakInFlight)} without the breaker,"
            + $" {outages.Max(outage => outage.Guarded.PeakInFlight)} with it";
        yield return $"Time to open:     {Each(outage => outage.TimeToOpen)}";
        yield return $"Time to close:    {Each(outage => outage.TimeToClose)}";
        yield return $"Without breaker:  {Format(summary.Unguarded)}";
        yield return $"With breaker:     {Format(summary.Guarded)}";
        yield return $"Cost of breaker:  {summary.Unguarded.Paid - summary.Guarded.Paid} fewer checkouts paid (their orders are saved),"
            + $" {summary.RejectedWhileHealthy} rejected while the provider was healthy";
        if (summary.Hang is { } hang)
        {
            yield return "";
            yield return $"[bold]While the provider hung, an unpaid checkout took {Words.Format(hang.Unguarded.MedianWaitUnpaid)} without the breaker"
                + $" and {Words.Format(hang.Guarded.MedianWaitUnpaid)} with it.[/]";
        }

        string Each(Func<OutageReport, TimeSpan?> time) =>
            string.Join(", ", outages.Select(outage => $"{Words.Format(time(outage))} ({Words.Format(outage.Health)})"));
    }

    private static string Format(ShopTotals shop) => $"{shop.Paid} paid, {shop.Failed} failed, {shop.Rejected} rejected";
}
