using Http.CircuitBreaker.EndToEnd.Tests.Page.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Http.CircuitBreaker.EndToEnd.Tests.Page;

/// <summary>The page with hundreds of circuits.</summary>
[Collection(SharedChromium.Name)]
public sealed class ManyCircuitsTests(Chromium chromium)
{
    private const int Circuits = 500;
    private const int Changing = 100;

    // Counts the DOM updates in which the rows of each round changed.
    private const string CountUpdates = """
        () => {
          const rows = [...document.querySelectorAll('#circuits > .circuit')];
          let update = 0;
          window.updates = {};
          for (const row of rows) row.mark = true;
          new MutationObserver(() => {
            update++;
            for (const row of rows) {
              const round = row.textContent.match(/round (\d)/)?.[1];
              if (round !== row.round) (updates[row.round = round] ??= new Set()).add(update);
            }
          }).observe(document.querySelector('#circuits'), { subtree: true, childList: true, characterData: true });
        }
        """;

    [ChromiumFact]
    public async Task A_hundred_changed_rows_are_updated_together_without_being_recreated()
    {
        await using var shop = await Shop.OpenAsync(endpoints: options => options.RefreshInterval = TimeSpan.FromSeconds(1));
        Change(shop, Circuits, round: 0);
        await using var visit = await chromium.VisitAsync(shop.LivePage);
        await Expect(visit.Rows).ToHaveCountAsync(Circuits);
        await visit.Page.EvaluateAsync(CountUpdates);

        for (var round = 1; round <= 3; round++)
        {
            Change(shop, Changing, round);
            await Expect(visit.Row("host-0.")).ToContainTextAsync($"round {round}");
            await visit.Page.Locator("#search").FillAsync("");
            await visit.Page.Locator("#search").PressSequentiallyAsync($"host-{round}99");
            await Expect(visit.Rows).ToHaveCountAsync(1);
            await visit.Page.Locator("#search").FillAsync("");
        }

        // A poll between the hundred changes splits a round, but there must never be an update for each circuit.
        var updates = await visit.Page.EvaluateAsync<int[]>("() => [1, 2, 3].map(round => updates[round].size)");
        Assert.All(updates, count => Assert.InRange(count, 1, 5));
        var marked = await visit.Page.EvaluateAsync<int>(
            "() => [...document.querySelectorAll('#circuits > .circuit')].filter(row => row.mark).length");
        Assert.Equal(Circuits, marked);
    }

    [ChromiumFact]
    public async Task Rows_are_not_moved_or_replaced_while_the_pointer_is_over_them()
    {
        await using var shop = await Shop.OpenAsync();
        foreach (var host in new[] { "a.example.com", "b.example.com" })
        {
            shop.Circuits.Isolate(Shop.KeyOf(host));
            shop.Circuits.Reset(Shop.KeyOf(host));
        }

        await using var visit = await chromium.VisitAsync(shop.LivePage);
        await visit.Row("a.example.com").HoverAsync();
        await visit.Page.EvaluateAsync("() => document.querySelector('#circuits > .circuit').mark = 1");
        shop.Circuits.Isolate(Shop.KeyOf("b.example.com"));
        await Expect(visit.Row("b.example.com")).ToContainTextAsync("Isolated");
        await Expect(visit.Rows).ToContainTextAsync(["a.example.com", "b.example.com"]);
        await Expect(visit.Page.Locator("#order")).ToContainTextAsync("sorting is paused");

        await visit.Page.Mouse.MoveAsync(5, 5);
        await Expect(visit.Rows).ToContainTextAsync(["b.example.com", "a.example.com"]);
        Assert.Equal(1, await visit.Row("a.example.com").EvaluateAsync<int>("row => row.mark"));
    }

    [ChromiumFact]
    public async Task Rows_are_sorted_by_urgency_and_filtered_by_state()
    {
        await using var outage = await Outage.PlayAsync(chromium, new BrowserNewContextOptions());
        var visit = outage.Visit;
        var states = await visit.Rows.EvaluateAllAsync<string[]>("rows => rows.map(row => row.dataset.state)");
        Assert.Equal(["open", "halfOpen", "isolated", "closed"], states.Distinct());
        await Expect(visit.Row("catalog")).ToContainTextAsync("recent calls failed (503)");
        Assert.Contains("catalog", await visit.Rows.Nth(3).InnerTextAsync(), StringComparison.Ordinal);

        await visit.Button("Isolated 1").ClickAsync();
        await Expect(visit.Rows).ToContainTextAsync(["inventory"]);
        await Expect(visit.Rows).ToHaveCountAsync(1);
    }

    private static void Change(Shop shop, int circuits, int round)
    {
        for (var i = 0; i < circuits; i++)
        {
            shop.Circuits.Isolate(Shop.KeyOf($"host-{i}.example.com"), reason: $"round {round}");
        }
    }
}
