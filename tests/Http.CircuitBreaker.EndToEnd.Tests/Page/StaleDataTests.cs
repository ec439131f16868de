using Http.CircuitBreaker.EndToEnd.Tests.Page.Support;
using static Microsoft.Playwright.Assertions;

namespace Http.CircuitBreaker.EndToEnd.Tests.Page;

/// <summary>Old data is never shown as if it were new.</summary>
[Collection(SharedChromium.Name)]
public sealed class StaleDataTests(Chromium chromium)
{
    [ChromiumFact]
    public async Task A_server_that_is_gone_makes_the_data_stale_and_its_return_is_found()
    {
        var shop = await OpenAsync("http://127.0.0.1:0");
        var address = shop.Address;
        shop.Circuits.Isolate(Shop.KeyOf("before.example.com"));
        await using var visit = await chromium.VisitAsync(shop.LivePage);
        await Expect(visit.Rows).ToContainTextAsync(["before.example.com"]);

        await shop.DisposeAsync();
        await Expect(visit.Link).ToHaveTextAsync("reconnecting");
        await Expect(visit.Link).ToContainTextAsync("data is stale since ");
        await Expect(visit.Rows).ToContainTextAsync(["before.example.com"]);

        await using var again = await OpenAsync(address.AbsoluteUri);
        again.Circuits.Isolate(Shop.KeyOf("after.example.com"));
        await Expect(visit.Link).ToHaveTextAsync("live");
        await Expect(visit.Rows).ToContainTextAsync(["after.example.com"]);
        await Expect(visit.Rows).ToHaveCountAsync(1);
    }

    private static Task<Shop> OpenAsync(string urls) => Shop.OpenAsync(endpoints: options => options.HeartbeatInterval = TimeSpan.FromSeconds(1), urls: urls);
}
