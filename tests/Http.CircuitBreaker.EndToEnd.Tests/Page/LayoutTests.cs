using Http.CircuitBreaker.EndToEnd.Tests.Page.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Http.CircuitBreaker.EndToEnd.Tests.Page;

/// <summary>The page with few and many circuits, on a laptop, a large screen and a phone, in both color schemes.</summary>
/// <remarks>
/// Every combination is stored as a picture in the folder <c>screenshots</c> beside the test assembly. The limits must hold with any of the
/// fonts that the page names, and with DejaVu Sans, which is wider than all of them.
/// </remarks>
[Collection(SharedChromium.Name)]
public sealed class LayoutTests(Chromium chromium)
{
    // A label of a host name is broken if its text has rectangles on several lines. A very long label is the exception.
    private const string Measure = """
        () => {
          const isInView = box => box.height > 0 && box.top >= 0 && box.bottom <= innerHeight;
          const rows = [...document.querySelectorAll('#circuits > .circuit')], labels = [];
          for (const name of document.querySelectorAll('#circuits .name button, #log button')) {
            const walker = document.createTreeWalker(name, NodeFilter.SHOW_TEXT);
            for (let node; (node = walker.nextNode());) {
              const range = document.createRange();
              range.selectNodeContents(node);
              const lines = new Set([...range.getClientRects()].map(box => Math.round(box.top)));
              if (lines.size > 1) labels.push(node.data);
            }
          }
          const closed = rows.filter(row => row.dataset.state === 'closed').map(row => row.getBoundingClientRect().height);
          return {
            overflow: document.documentElement.scrollWidth - innerWidth,
            rows: rows.filter(row => isInView(row.getBoundingClientRect())).length,
            closedHeight: Math.max(0, ...closed),
            brokenLabels: labels,
            wideStates: [...document.querySelectorAll('#circuits .state')].filter(state => state.scrollWidth > state.clientWidth).length,
          };
        }
        """;

    private static readonly ViewportSize[] _sizes =
    [
        new() { Width = 1280, Height = 800 }, new() { Width = 1920, Height = 1080 }, new() { Width = 390, Height = 844 },
    ];

    [ChromiumFact]
    public Task Page_with_three_circuits_fits_every_screen_size() => AssertLayoutAsync(3);

    [ChromiumFact]
    public Task Page_with_thirty_circuits_fits_every_screen_size() => AssertLayoutAsync(30);

    [ChromiumFact]
    public Task Page_with_three_hundred_circuits_fits_every_screen_size() => AssertLayoutAsync(300);

    private async Task AssertLayoutAsync(int circuits)
    {
        var folder = Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, "screenshots")).FullName;
        await using var outage = await Outage.PlayAsync(chromium, new BrowserNewContextOptions(), circuits);
        var page = outage.Visit.Page;
        foreach (var size in _sizes)
        {
            foreach (var scheme in new[] { ColorScheme.Light, ColorScheme.Dark })
            {
                await page.SetViewportSizeAsync(size.Width, size.Height);
                await page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = scheme, ReducedMotion = ReducedMotion.Reduce });
                var name = $"{circuits}-{size.Width}-{scheme}.png";
                await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, name) });
                var layout = await page.EvaluateAsync<Layout>(Measure);

                Assert.True(layout.Overflow <= 0, $"{name} is {layout.Overflow} px too wide.");
                Assert.True(layout.Rows >= Math.Min(circuits, size.Width < 1000 ? 4 : 20), $"{name} shows {layout.Rows} rows.");
                Assert.InRange(layout.ClosedHeight, 20, 36);
                Assert.Empty(layout.BrokenLabels);
                Assert.Equal(0, layout.WideStates);
            }
        }

        await page.SetViewportSizeAsync(1280, 800);
        await page.GetByLabel("group by client").CheckAsync();
        var payments = outage.Visit.Row("payments");
        await payments.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Expanded = false }).ClickAsync();
        await Expect(payments).ToContainTextAsync("FailureRatio");
        await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, $"{circuits}-details.png") });
        Assert.Empty(outage.Visit.Errors);
    }

    private sealed class Layout
    {
        public double Overflow { get; set; }

        public int Rows { get; set; }

        public double ClosedHeight { get; set; }

        public string[] BrokenLabels { get; set; } = [];

        public int WideStates { get; set; }
    }
}
