using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Http.CircuitBreaker.EndToEnd.Tests.Page.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Http.CircuitBreaker.EndToEnd.Tests.Page;

/// <summary>The numbers on the page are those of the JSON endpoint, and the words agree with the numbers.</summary>
[Collection(SharedChromium.Name)]
public sealed partial class NumbersTests(Chromium chromium)
{
    private static readonly string[] _numbers =
        ["failed", "total", "overdue", "inFlight", "consecutiveOpenings", "rejected", "totalSucceeded", "totalFailed", "totalIgnored"];

    [ChromiumFact]
    public async Task Page_and_JSON_show_the_same_numbers_in_every_state()
    {
        await using var outage = await Outage.PlayAsync(chromium, new BrowserNewContextOptions(), circuits: 30);
        using var http = new HttpClient();
        var circuits = await ReadAsync(http, new Uri(outage.Shop.LivePage, "api"));
        Assert.Equal(30, circuits.GetProperty("circuits").GetArrayLength());
        foreach (var circuit in circuits.GetProperty("circuits").EnumerateArray())
        {
            var row = outage.Visit.Row(circuit.GetProperty("host").GetString()!);
            var shown = await row.EvaluateAsync<Dictionary<string, string>>(
                "row => Object.fromEntries([...row.querySelectorAll('[data-ref]')].map(node => [node.dataset.ref, node.textContent]))");
            Assert.Equal(circuit.GetProperty("state").GetString(), await row.GetAttributeAsync("data-state"));
            Assert.All(_numbers, name => Assert.Equal(Format(circuit.GetProperty(name).GetInt64()), shown[name]));
            Assert.Equal(Percent(circuit.GetProperty("failureRatio").GetDouble()), shown["failureRatio"]);
            AssertWordsAgree(circuit, shown["reason"]);
        }

        Assert.Empty(outage.Visit.Errors);
    }

    [ChromiumFact]
    public async Task Details_of_a_circuit_show_the_settings_in_effect_for_its_host()
    {
        await using var shop = await Shop.OpenAsync(options => options.FailureRatio = 0.25);
        shop.Circuits.Isolate(Shop.KeyOf("a.example.com"));
        await using var visit = await chromium.VisitAsync(shop.LivePage);
        var row = visit.Row("a.example.com");
        await row.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Expanded = false }).ClickAsync();
        await Expect(row.Locator(".settings div").Filter(new LocatorFilterOptions { HasText = "FailureRatio" })).ToHaveTextAsync("FailureRatio0.25");

        using var http = new HttpClient();
        var circuit = await ReadAsync(http, new Uri(shop.LivePage, $"api/{Shop.KeyOf("a.example.com").Id}"));
        var settings = circuit.GetProperty("settings").EnumerateObject()
            .Select(setting => setting.Name + (setting.Value.GetString() == "null" ? "not set" : setting.Value.GetString()));
        Assert.Equal(settings, await row.Locator(".settings div").AllTextContentsAsync());
    }

    // "6 of 10 calls failed" must be the numbers of the JSON. What probes and earlier states did is not in them.
    private static void AssertWordsAgree(JsonElement circuit, string words)
    {
        var (failed, total) = (circuit.GetProperty("failed").GetInt64(), circuit.GetProperty("total").GetInt64());
        foreach (Match match in FailedCalls().Matches(words))
        {
            Assert.Equal(
                (Format(failed), Format(total)), (match.Groups["failed"].Value, match.Groups["total"].Value));
        }

        if (failed > 0 && circuit.GetProperty("state").GetString() is "open" or "closed")
        {
            Assert.Matches(FailedCalls(), words);
            var isOverdue = circuit.GetProperty("overdue").GetInt64() == failed;
            Assert.Contains(isOverdue ? "overdue" : $"({circuit.GetProperty("lastFailureReason").GetString()})", words, StringComparison.Ordinal);
        }
    }

    private static async Task<JsonElement> ReadAsync(HttpClient http, Uri address)
    {
        using var document = JsonDocument.Parse(await http.GetStringAsync(address));
        return document.RootElement.Clone();
    }

    private static string Format(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static string Percent(double ratio) => ratio switch
    {
        0 => "0",
        < 0.01 => "<1 %",
        > 0.99 and < 1 => ">99 %",
        _ => $"{Math.Round(100 * ratio, MidpointRounding.AwayFromZero)} %",
    };

    [GeneratedRegex("(?<failed>[\\d,]+) of (?<total>[\\d,]+) (recent )?(calls?|probes?) (failed|overdue)")]
    private static partial Regex FailedCalls();
}
