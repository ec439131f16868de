using Http.CircuitBreaker.EndToEnd.Tests.Page.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Http.CircuitBreaker.EndToEnd.Tests.Page;

/// <summary>Names and reasons are untrusted and are always shown as text.</summary>
[Collection(SharedChromium.Name)]
public sealed class HostileTextTests(Chromium chromium)
{
    private const string Image = "<img src=x onerror=\"window.harmed=1;alert(1)\">";
    private const string Script = "</script><script>window.harmed=1</script><style>body{display:none}</style>";

    [ChromiumFact]
    public async Task Markup_in_a_name_or_reason_is_shown_as_text()
    {
        await using var provider = await Provider.OpenAsync();
        await using var shop = await Shop.OpenAsync(options => options.CircuitName = _ => Image);
        await shop.Client.PayAsync(provider.Address);
        shop.Circuits.Isolate(CircuitKey.FromName(PaymentClient.Name, Image), TimeSpan.FromMinutes(1), Script);
        await using var visit = await chromium.VisitAsync(shop.LivePage);

        var row = visit.Row(Image);
        await Expect(row).ToContainTextAsync(Script);
        await Expect(visit.Log).ToContainTextAsync([Script]);
        await row.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Expanded = false }).ClickAsync();
        await Visit.ByExactText(row, "Reset").ClickAsync();
        await Expect(visit.Dialog).ToContainTextAsync($"Reset {Image}?");

        Assert.Null(await visit.Page.EvaluateAsync<int?>("() => window.harmed ?? null"));
        Assert.Equal(0, await visit.Page.Locator("img").CountAsync());
        Assert.Empty(visit.Errors);
    }

    [ChromiumFact]
    public async Task Bidirectional_control_characters_are_removed()
    {
        await using var shop = await Shop.OpenAsync();
        shop.Circuits.Isolate(Shop.KeyOf("a.example.com"), reason: "\u202Edetaloxi ton\u2066");
        await using var visit = await chromium.VisitAsync(shop.LivePage);
        await Expect(visit.Row("a.example.com")).ToContainTextAsync("by hand: detaloxi ton, until reset");
    }

    /// <summary>Proves that the tests above would notice a script that the policy blocks.</summary>
    [ChromiumFact]
    public async Task An_injected_script_is_blocked_and_reported()
    {
        await using var shop = await Shop.OpenAsync();
        await using var visit = await chromium.VisitAsync(shop.LivePage);
        await visit.Page.EvaluateAsync("html => { document.body.insertAdjacentHTML('beforeend', html); }", Image);
        await Expect(visit.Page.Locator("img")).ToHaveCountAsync(1);
        await visit.Page.WaitForFunctionAsync("() => document.images[0].complete");
        Assert.Null(await visit.Page.EvaluateAsync<int?>("() => window.harmed ?? null"));
        Assert.NotEmpty(visit.Errors);
    }
}
