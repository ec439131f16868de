using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Http.CircuitBreaker.EndToEnd.Tests.Page.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Http.CircuitBreaker.EndToEnd.Tests.Page;

/// <summary>The page is accessible in both color schemes and fits a phone.</summary>
[Collection(SharedChromium.Name)]
public sealed class AccessibilityTests(Chromium chromium)
{
    private static readonly AxeRunOptions _options = new() { ResultTypes = [ResultType.Violations] };

    [ChromiumFact]
    public async Task Axe_finds_no_accessibility_violations_in_light_and_dark_mode()
    {
        await using var outage = await Outage.PlayAsync(chromium, new BrowserNewContextOptions { ReducedMotion = ReducedMotion.Reduce });
        var row = outage.Visit.Row("payments");
        await row.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Expanded = false }).ClickAsync();
        await Expect(row).ToContainTextAsync("FailureRatio");
        await outage.Visit.Page.GetByLabel("group by client").CheckAsync();
        await Expect(outage.Visit.Page.Locator(".group:visible")).ToHaveCountAsync(8);
        await outage.Visit.Page.Locator("#log-title").ClickAsync();
        await Expect(outage.Visit.Log.First).ToBeVisibleAsync();
        await AssertNoViolationsAsync(outage.Visit.Page, outage.Visit.Page.Locator("body"));

        await Visit.ByExactText(row, "Isolate").ClickAsync();
        await Expect(outage.Visit.Dialog).ToBeVisibleAsync();
        await AssertNoViolationsAsync(outage.Visit.Page, outage.Visit.Dialog);
    }

    [ChromiumFact]
    public async Task Page_does_not_scroll_horizontally_on_a_phone()
    {
        var size = new ViewportSize { Width = 360, Height = 740 };
        var phone = new BrowserNewContextOptions { ViewportSize = size, HasTouch = true, IsMobile = true };
        await using var outage = await Outage.PlayAsync(chromium, phone);
        outage.Shop.Circuits.Isolate(Shop.KeyOf($"{new string('a', 60)}.{new string('b', 60)}.example.com"), reason: new string('x', 200));
        await outage.AdvanceAsync();
        var page = outage.Visit.Page;
        await Expect(outage.Visit.Row("aaaaaaaa")).ToBeVisibleAsync();
        await outage.Visit.Row("aaaaaaaa").GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Expanded = false }).ClickAsync();
        Assert.InRange(await page.EvaluateAsync<int>("() => document.documentElement.scrollWidth"), 300, 360);

        await Visit.ByExactText(outage.Visit.Row("aaaaaaaa"), "Isolate").ClickAsync();
        Assert.InRange((await outage.Visit.Dialog.BoundingBoxAsync())!.Width, 200, 360);
    }

    private static async Task AssertNoViolationsAsync(IPage page, ILocator part)
    {
        foreach (var scheme in new[] { ColorScheme.Light, ColorScheme.Dark })
        {
            await page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = scheme, ReducedMotion = ReducedMotion.Reduce });
            var result = await part.RunAxe(_options);
            Assert.NotEmpty(result.Passes);
            Assert.Empty(result.Violations.Select(violation =>
                $"{scheme}: {violation.Help}: {string.Join(" | ", violation.Nodes.Select(node => node.Html))}"));
        }
    }
}
