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
    public async Task Line_breaks_and_bidirectional_marks_are_not_shown()
    {
        const string Unsafe = "\u202Edetaloxi\r\nton\u2028\u2029\u0085\u2066\u2069\u200E\u200F\u061C.";
        const string Shown = "detaloxi  ton   .";
        await using var shop = await Shop.OpenAsync(
            options => options.CircuitName = _ => Unsafe, endpoints => endpoints.RefreshInterval = TimeSpan.FromMinutes(1));
        shop.Circuits.Isolate(CircuitKey.FromName(PaymentClient.Name, Unsafe), reason: Unsafe);
        await using var visit = await chromium.VisitAsync(shop.LivePage);
        await AssertTextAsync();

        // The response to the reset updates the row, long before the next event.
        await Visit.ByExactText(visit.Rows, "Reset").ClickAsync();
        await Visit.ByExactText(visit.Dialog, "Reset").ClickAsync();
        await Expect(visit.Rows).ToContainTextAsync("Closed");
        await AssertTextAsync();
        Assert.Empty(visit.Errors);

        async Task AssertTextAsync()
        {
            await Expect(visit.Log.First).ToContainTextAsync("detaloxi ton");
            var text = await visit.Page.EvaluateAsync<string>("() => document.querySelector('#circuits').textContent + document.title");
            Assert.Contains(Shown, text, StringComparison.Ordinal);
            var html = await visit.Page.ContentAsync();
            Assert.DoesNotMatch("[\u0085\u2028\u2029\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]", html);
        }
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
