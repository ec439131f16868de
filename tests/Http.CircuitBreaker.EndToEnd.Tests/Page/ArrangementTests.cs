using System.Text.RegularExpressions;
using Http.CircuitBreaker.EndToEnd.Tests.Page.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Http.CircuitBreaker.EndToEnd.Tests.Page;

/// <summary>The order of the rows, groups, and links to a circuit.</summary>
[Collection(SharedChromium.Name)]
public sealed class ArrangementTests(Chromium chromium)
{
    [ChromiumFact]
    public async Task Rows_can_be_sorted_by_newest_change_and_most_rejected_calls()
    {
        await using var outage = await Outage.PlayAsync(chromium, new BrowserNewContextOptions());
        var (visit, sort) = (outage.Visit, outage.Visit.Page.GetByLabel("Sort by"));
        await sort.SelectOptionAsync("newest change");
        await Expect(visit.Rows.Nth(0)).ToContainTextAsync("payments");
        await Expect(visit.Rows.Nth(1)).ToContainTextAsync("accounts");
        await Expect(visit.Rows.Nth(2)).ToContainTextAsync("inventory");
        await Expect(visit.Rows.Nth(3)).ToContainTextAsync("rates");

        await sort.SelectOptionAsync("most rejected");
        await Expect(visit.Rows.Nth(0)).ToContainTextAsync("accounts");
        await Expect(visit.Rows.Nth(1)).ToContainTextAsync("inventory");
        await Expect(visit.Rows.Nth(2)).ToContainTextAsync("payments");
    }

    [ChromiumFact]
    public async Task Groups_have_a_header_with_counts_and_the_most_severe_group_is_first()
    {
        await using var outage = await Outage.PlayAsync(chromium, new BrowserNewContextOptions(), circuits: 60);
        var visit = outage.Visit;
        var groups = visit.Page.Locator(".group:visible");
        await visit.Page.GetByLabel("group by client").CheckAsync();
        await Expect(groups.Nth(0)).ToHaveTextAsync(new Regex("^BasketClient +3 circuits, 1 open$"));
        var elements = await visit.Page.Locator("#circuits > :visible").EvaluateAllAsync<string[]>(
            "nodes => nodes.slice(0, 5).map(node => node.className.split(' ')[0])");
        Assert.Equal(["group", "circuit", "circuit", "circuit", "group"], elements);

        await visit.Page.Locator("#search").FillAsync("inventory");
        await Expect(groups).ToHaveCountAsync(1);
        await visit.Page.Locator("#search").FillAsync("");
        await visit.Page.GetByLabel("group by client").UncheckAsync();
        await Expect(groups).ToHaveCountAsync(0);
        await Expect(visit.Rows).ToHaveCountAsync(60);
    }

    [ChromiumFact]
    public async Task URL_of_the_page_with_an_expanded_row_opens_the_page_with_that_row_expanded()
    {
        await using var shop = await Shop.OpenAsync();
        for (var host = 0; host < 60; host++)
        {
            shop.Circuits.Isolate(Shop.KeyOf($"host-{host}.example.com"));
        }

        await using var visit = await chromium.VisitAsync(shop.LivePage);
        await visit.Page.Locator("#search").FillAsync("host-42.");
        await visit.Rows.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Expanded = false }).ClickAsync();
        var address = new Uri(visit.Page.Url);
        Assert.Equal($"#{Shop.KeyOf("host-42.example.com").Id}", address.Fragment);

        await using var other = await chromium.VisitAsync(address);
        var row = other.Row("host-42.");
        await Expect(row.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Expanded = true })).ToBeFocusedAsync();
        await Expect(row).ToBeInViewportAsync();
        await Expect(row).ToContainTextAsync("FailureRatio");
    }

    [ChromiumFact]
    public async Task First_viewer_of_the_page_sees_the_calls_made_before_it_was_opened()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 3, 14, 9, 26, 0, TimeSpan.Zero));
        await using var provider = await Provider.OpenAsync();
        await using var shop = await Shop.OpenAsync(
            options => (options.BreakDuration, options.ConsecutiveFailures, options.ConsecutiveFailuresDuration)
                = (TimeSpan.FromHours(1), 2, TimeSpan.Zero),
            services: services => services.AddSingleton<TimeProvider>(time));
        provider.Status = 503;
        for (var call = 0; call < 14; call++)
        {
            await shop.Client.PayAsync(provider.Address);
            time.Advance(TimeSpan.FromSeconds(5));
        }

        await using var visit = await chromium.VisitAsync(shop.LivePage);
        await Expect(visit.Page.GetByRole(AriaRole.Img)).ToHaveAccessibleNameAsync("Last 3 minutes: 0 succeeded, 0 failed, 12 rejected");
        await Expect(visit.Rows.Locator("[data-ref=rate]")).ToHaveTextAsync("0.2");
    }
}
