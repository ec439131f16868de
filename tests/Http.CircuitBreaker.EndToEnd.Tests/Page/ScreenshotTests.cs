using System.Text.RegularExpressions;
using Http.CircuitBreaker.EndToEnd.Tests.Page.Support;
using Http.CircuitBreaker.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Http.CircuitBreaker.EndToEnd.Tests.Page;

/// <summary>Takes the screenshot of README.md if UPDATE_SCREENSHOT is 1. Set it after changing the page.</summary>
[Collection(SharedChromium.Name)]
public sealed class ScreenshotTests(Chromium chromium)
{
    [ChromiumFact]
    public async Task Page_describes_circuits_in_every_state()
    {
        await using var outage = await Outage.PlayAsync(chromium, new BrowserNewContextOptions(), circuits: 12);
        var visit = outage.Visit;

        await Expect(visit.Summary).ToHaveTextAsync("1 of 12 circuits is open, 1 is half-open, 1 is isolated");
        await AssertRowAsync(visit, "payments", "Open.*opened 09:28:5\\d, 1\\d.s ago: 6 of 10 calls failed \\(timeout\\), next probe in \\d.s");
        await AssertRowAsync(visit, "accounts", "Half-open.*probing for .*: 1 probe completed, 2 in flight");
        await AssertRowAsync(
            visit, "inventory", "Isolated.*isolated 09:27:05, [12].min.*ago, by hand: moves to the new cluster, until 09:57:05, 2\\d.min left");
        await AssertRowAsync(visit, "catalog", "Closed.*1 of \\d+ recent calls failed \\(503\\)");
        await AssertRowAsync(visit, "search", "Closed.*2 of \\d+ recent calls overdue");
        await AssertRowAsync(visit, "rates", "Closed.*closed 09:26:40, [23].min.*: 1 of 1 probe succeeded");
        await AssertRowAsync(visit, "mail", "Closed.*observe.*healthy");
        await Expect(visit.Row("payments").GetByRole(AriaRole.Img))
            .ToHaveAccessibleNameAsync(new Regex("^Last 3 minutes: 1\\d\\d succeeded, 6 failed, 1\\d rejected$"));
        Assert.Empty(visit.Errors);

        var path = Path.Combine(Repository.Root, "src", "Http.CircuitBreaker", "docs", "live-page.png");
        if (Environment.GetEnvironmentVariable("UPDATE_SCREENSHOT") == "1")
        {
            await visit.Page.EmulateMediaAsync(new PageEmulateMediaOptions { ReducedMotion = ReducedMotion.Reduce });
            var end = (await visit.Page.Locator("#circuits").BoundingBoxAsync())!;
            var clip = new Clip { Width = 1280, Height = end.Y + end.Height + 16 };
            await visit.Page.ScreenshotAsync(new PageScreenshotOptions { Path = path, Clip = clip });
        }

        Assert.InRange(new FileInfo(path).Length, 1, 150_000);
    }

    private static Task AssertRowAsync(Visit visit, string host, string pattern) =>
        Expect(visit.Row(host)).ToContainTextAsync(new Regex(pattern, RegexOptions.Singleline));
}
