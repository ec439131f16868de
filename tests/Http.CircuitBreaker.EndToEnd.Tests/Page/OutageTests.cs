using System.Text.RegularExpressions;
using Http.CircuitBreaker.EndToEnd.Tests.Page.Support;
using Microsoft.AspNetCore.Http;
using static Microsoft.Playwright.Assertions;

namespace Http.CircuitBreaker.EndToEnd.Tests.Page;

/// <summary>The page while a provider fails and recovers.</summary>
[Collection(SharedChromium.Name)]
public sealed class OutageTests(Chromium chromium)
{
    [ChromiumFact]
    public async Task Page_shows_the_circuit_open_half_open_and_closed_during_an_outage()
    {
        await using var provider = await Provider.OpenAsync();
        await using var shop = await OpenAsync();
        await using var visit = await chromium.VisitAsync(shop.LivePage);
        await Expect(visit.Summary).ToHaveTextAsync("No circuits yet: the first call creates one");

        await PayAsync(shop, provider, calls: 1);
        var row = visit.Row(provider.Address.Authority);
        await Expect(row).ToContainTextAsync(new Regex("Closed.*healthy", RegexOptions.Singleline));
        await Expect(visit.Page).ToHaveTitleAsync("all closed · Payments circuits");

        provider.Status = StatusCodes.Status500InternalServerError;
        await PayAsync(shop, provider, calls: 3);
        var opened = new Regex(
            "Open.*opened .*: consecutive failures, 3 of 4 calls failed \\(500\\), next probe in 2.s", RegexOptions.Singleline);
        await Expect(row).ToContainTextAsync(opened);
        await Expect(visit.Summary).ToHaveTextAsync("1 of 1 circuit is open");
        await Expect(visit.Page).ToHaveTitleAsync("1 open · Payments circuits");
        await Expect(row).ToContainTextAsync("the next call will be a probe");

        provider.Hold();
        provider.Status = StatusCodes.Status200OK;
        var probe = PayAsync(shop, provider, calls: 1);
        var probing = new Regex("Half-open.*probing for .*: 0 probes completed, 1 in flight", RegexOptions.Singleline);
        await Expect(row).ToContainTextAsync(probing);

        provider.Release();
        await probe;
        await Expect(row).ToContainTextAsync(new Regex("Closed.*closed .*: 1 of 1 probe succeeded", RegexOptions.Singleline));
        await Expect(visit.Summary).ToHaveTextAsync("The only circuit is closed");
        await Expect(visit.Log).ToContainTextAsync(
            ["closed: 1 of 1 probe succeeded", "probing: the break ended", "opened: consecutive failures"]);
        await Expect(visit.Page.Locator("#announcer")).ToContainTextAsync("closed: 1 of 1 probe succeeded");
        Assert.Empty(visit.Errors);
    }

    [ChromiumFact]
    public async Task Sparkline_shows_the_number_of_calls_and_survives_a_page_reload()
    {
        await using var provider = await Provider.OpenAsync();
        await using var shop = await OpenAsync();
        await using var visit = await chromium.VisitAsync(shop.LivePage);

        await PayAsync(shop, provider, calls: 5);
        provider.Status = StatusCodes.Status503ServiceUnavailable;
        await PayAsync(shop, provider, calls: 5);
        var sparkline = visit.Page.GetByRole(Microsoft.Playwright.AriaRole.Img);
        await Expect(sparkline).ToHaveAccessibleNameAsync("Last 3 minutes: 5 succeeded, 3 failed, 2 rejected");

        await visit.Page.ReloadAsync();
        await Expect(sparkline).ToHaveAccessibleNameAsync("Last 3 minutes: 5 succeeded, 3 failed, 2 rejected");
    }

    private static Task<Shop> OpenAsync() => Shop.OpenAsync(options =>
    {
        (options.ConsecutiveFailures, options.ConsecutiveFailuresDuration) = (3, TimeSpan.Zero);
        options.BreakDuration = TimeSpan.FromSeconds(2);
        options.BreakJitter = 0;
        options.HalfOpenProbes = 1;
    });

    private static async Task PayAsync(Shop shop, Provider provider, int calls)
    {
        for (var i = 0; i < calls; i++)
        {
            await shop.Client.PayAsync(provider.Address);
        }
    }
}
