using Http.CircuitBreaker.EndToEnd.Tests.Page.Support;
using Microsoft.Extensions.DependencyInjection;
using static Microsoft.Playwright.Assertions;

namespace Http.CircuitBreaker.EndToEnd.Tests.Page;

/// <summary>The page marks stale data and reconnects.</summary>
[Collection(SharedChromium.Name)]
public sealed class StaleDataTests(Chromium chromium)
{
    [ChromiumFact]
    public async Task Page_is_marked_stale_while_the_server_is_down_and_live_after_a_restart()
    {
        var shop = await OpenAsync("http://127.0.0.1:0");
        var address = shop.Address;
        shop.Circuits.Isolate(Shop.KeyOf("before.example.com"));
        await using var visit = await chromium.VisitAsync(shop.LivePage);
        await Expect(visit.Rows).ToContainTextAsync(["before.example.com"]);

        await shop.DisposeAsync();
        await Expect(visit.Status).ToHaveTextAsync("reconnecting");
        await Expect(visit.Status).ToContainTextAsync("data is stale since ");
        await Expect(visit.Rows).ToContainTextAsync(["before.example.com"]);

        await using var restarted = await OpenAsync(address.AbsoluteUri);
        restarted.Circuits.Isolate(Shop.KeyOf("after.example.com"));
        await Expect(visit.Status).ToHaveTextAsync("live");
        await Expect(visit.Rows).ToContainTextAsync(["after.example.com"]);
        await Expect(visit.Rows).ToHaveCountAsync(1);
    }

    [ChromiumFact]
    public async Task Page_shows_whether_circuits_are_shared_with_other_instances()
    {
        var backplane = new Backplane { IsConnected = true, Instances = 3 };
        await using var shop = await Shop.OpenAsync(services: services => services.AddSingleton<ICircuitBackplaneStatus>(backplane));
        await using var visit = await chromium.VisitAsync(shop.LivePage);
        await Expect(visit.Page.Locator("#backplane")).ToHaveTextAsync("circuits are shared by 3 instances");

        backplane.IsConnected = false;
        await Expect(visit.Page.Locator("#backplane")).ToHaveTextAsync("circuits are not shared at the moment: each instance decides on its own");
        Assert.Empty(visit.Errors);
    }

    private static Task<Shop> OpenAsync(string urls) =>
        Shop.OpenAsync(endpoints: options => options.HeartbeatInterval = TimeSpan.FromSeconds(1), urls: urls);

    private sealed class Backplane : ICircuitBackplaneStatus
    {
        public bool IsConnected { get; set; }

        public int Instances { get; set; }
    }
}
