using System.Text.RegularExpressions;
using Http.CircuitBreaker.EndToEnd.Tests.Page.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Http.CircuitBreaker.EndToEnd.Tests.Page;

/// <summary>Isolating and resetting circuits on the page.</summary>
[Collection(SharedChromium.Name)]
public sealed class ControlTests(Chromium chromium)
{
    [ChromiumFact]
    public async Task Circuit_can_be_isolated_and_reset_with_the_mouse()
    {
        await using var provider = await Provider.OpenAsync();
        await using var shop = await Shop.OpenAsync();
        await using var visit = await chromium.VisitAsync(shop.LivePage);
        Assert.Equal(200, await shop.Client.PayAsync(provider.Address));
        var row = visit.Row(provider.Address.Authority);

        await Visit.ByExactText(row, "Isolate").ClickAsync();
        await visit.Dialog.GetByLabel("Reason").FillAsync("maintenance");
        await visit.Dialog.GetByLabel("5 min", new LocatorGetByLabelOptions { Exact = true }).CheckAsync();
        await Visit.ByExactText(visit.Dialog, "Isolate").ClickAsync();

        await Expect(row).ToContainTextAsync(new Regex("Isolated.*by hand: maintenance, until .* left", RegexOptions.Singleline));
        await Expect(visit.Dialog).Not.ToBeVisibleAsync();
        await Expect(Visit.ByExactText(row, "Isolate")).ToBeFocusedAsync();
        Assert.Equal(503, await shop.Client.PayAsync(provider.Address));

        await Visit.ByExactText(row, "Reset").ClickAsync();
        await Visit.ByExactText(visit.Dialog, "Reset").ClickAsync();
        await Expect(row).ToContainTextAsync(new Regex("Closed.*closed .*: reset by hand", RegexOptions.Singleline));
        Assert.Equal(200, await shop.Client.PayAsync(provider.Address));
    }

    [ChromiumFact]
    public async Task Circuit_can_be_found_isolated_and_reset_with_the_keyboard()
    {
        await using var shop = await Shop.OpenAsync();
        foreach (var host in new[] { "a.example.com", "b.example.com", "c.example.com" })
        {
            shop.Circuits.Isolate(Shop.KeyOf(host));
            shop.Circuits.Reset(Shop.KeyOf(host));
        }

        await using var visit = await chromium.VisitAsync(shop.LivePage);
        var keyboard = visit.Page.Keyboard;
        await keyboard.PressAsync("/");
        await keyboard.TypeAsync("b.example");
        await Expect(visit.Rows).ToHaveCountAsync(1);

        await PressAsync(keyboard, "Tab", "Tab", "Tab");
        await Expect(visit.Button("Isolate https://b.example.com of PaymentClient")).ToBeFocusedAsync();
        await PressAsync(keyboard, "Enter");
        await Expect(visit.Dialog.GetByLabel("Reason")).ToBeFocusedAsync();
        await keyboard.TypeAsync("by keyboard");
        await PressAsync(keyboard, "Tab", "ArrowRight", "Enter");
        var isolated = new Regex("Isolated.*by hand: by keyboard, until", RegexOptions.Singleline);
        await Expect(visit.Row("b.example.com")).ToContainTextAsync(isolated);
        await Expect(visit.Button("Isolate https://b.example.com of PaymentClient")).ToBeFocusedAsync();

        await PressAsync(keyboard, "Tab", "Enter");
        await Expect(visit.Dialog).ToContainTextAsync("Reset https://b.example.com?");
        await PressAsync(keyboard, "Enter");
        await Expect(visit.Row("b.example.com")).ToContainTextAsync("Closed");
        await Expect(visit.Button("Reset https://b.example.com of PaymentClient")).ToBeFocusedAsync();

        await PressAsync(keyboard, "Escape");
        await Expect(visit.Rows).ToHaveCountAsync(3);
    }

    [ChromiumFact]
    public async Task Dialog_shows_the_error_that_the_server_returned()
    {
        await using var shop = await Shop.OpenAsync();
        shop.Circuits.Isolate(Shop.KeyOf("a.example.com"));
        await using var visit = await chromium.VisitAsync(shop.LivePage);

        await Visit.ByExactText(visit.Row("a.example.com"), "Isolate").ClickAsync();
        await visit.Dialog.GetByLabel("Other duration in minutes").FillAsync("1000000");
        await PressAsync(visit.Page.Keyboard, "Enter");
        await Expect(visit.Dialog.GetByRole(AriaRole.Alert)).ToContainTextAsync("durationSeconds must be from 1 to");
        await Expect(visit.Dialog.GetByLabel("Other duration in minutes")).ToBeFocusedAsync();

        await PressAsync(visit.Page.Keyboard, "Escape");
        await Expect(visit.Dialog).Not.ToBeVisibleAsync();
    }

    [ChromiumFact]
    public async Task Control_buttons_are_hidden_if_control_is_disabled()
    {
        await using var shop = await Shop.OpenAsync(endpoints: options => options.EnableControl = false);
        shop.Circuits.Isolate(Shop.KeyOf("a.example.com"));
        await using var visit = await chromium.VisitAsync(shop.LivePage);

        await Expect(visit.Row("a.example.com")).ToContainTextAsync("Isolated");
        await Expect(visit.Button("Isolate https")).ToHaveCountAsync(0);
        await Expect(visit.Button("Reset https")).ToHaveCountAsync(0);
    }

    [ChromiumFact]
    public async Task In_Observe_mode_the_page_says_that_calls_are_still_sent()
    {
        await using var provider = await Provider.OpenAsync();
        await using var shop = await Shop.OpenAsync(options => options.Mode = CircuitBreakerMode.Observe);
        await shop.Client.PayAsync(provider.Address);
        shop.Circuits.Isolate(CircuitKey.FromUri(PaymentClient.Name, provider.Address));
        Assert.Equal(200, await shop.Client.PayAsync(provider.Address));
        await using var visit = await chromium.VisitAsync(shop.LivePage);

        var row = visit.Row(provider.Address.Authority);
        await Expect(row).ToContainTextAsync("observe mode: all calls are still sent; 1 call would have been rejected");
        await Visit.ByExactText(row, "Isolate").ClickAsync();
        await Expect(visit.Dialog).ToContainTextAsync("The mode of this circuit is observe: all calls are still sent.");
    }

    [ChromiumFact]
    public async Task In_Observe_mode_the_page_shows_the_share_of_calls_that_slow_start_would_admit()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var provider = await Provider.OpenAsync();
        await using var shop = await Shop.OpenAsync(
            options =>
            {
                options.Mode = CircuitBreakerMode.Observe;
                (options.ConsecutiveFailures, options.ConsecutiveFailuresDuration) = (1, TimeSpan.Zero);
                options.BreakDuration = TimeSpan.FromSeconds(1);
                options.BreakJitter = 0;
            },
            services: services => services.AddSingleton<TimeProvider>(time));
        foreach (var status in new[] { 500, 200, 200, 500, 200 })
        {
            provider.Status = status;
            Assert.Equal(status, await shop.Client.PayAsync(provider.Address));
            time.Advance(TimeSpan.FromSeconds(1));
        }

        await using var visit = await chromium.VisitAsync(shop.LivePage);
        var recovering = new Regex(
            "Half-open.*recovering: less than 1 % of calls would be admitted; observe mode: all calls are still sent", RegexOptions.Singleline);
        await Expect(visit.Row(provider.Address.Authority)).ToContainTextAsync(recovering);

        time.Advance(TimeSpan.FromSeconds(20));
        await shop.Client.PayAsync(provider.Address);
        time.Advance(TimeSpan.FromSeconds(1));
        await Expect(visit.Log.First).ToContainTextAsync("closed: slow start is complete");
    }

    private static async Task PressAsync(IKeyboard keyboard, params string[] keys)
    {
        foreach (var key in keys)
        {
            await keyboard.PressAsync(key);
        }
    }
}
