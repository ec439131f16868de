using Microsoft.Playwright;

namespace Http.CircuitBreaker.EndToEnd.Tests.Page.Support;

/// <summary>The live page in a browser tab, with the errors that occurred in it.</summary>
internal sealed class Visit : IAsyncDisposable
{
    private readonly IBrowserContext _context;

    private Visit(IBrowserContext context, IPage page)
    {
        (_context, Page) = (context, page);
        page.PageError += (_, error) => Errors.Add(error);
        page.Dialog += (_, dialog) =>
        {
            Errors.Add($"dialog: {dialog.Message}");
            _ = dialog.DismissAsync();
        };
        page.Console += (_, message) =>
        {
            if (message.Type == "error" || message.Text.Contains("Content Security Policy", StringComparison.OrdinalIgnoreCase))
            {
                Errors.Add(message.Text);
            }
        };
    }

    public IPage Page { get; }

    /// <summary>Errors of scripts and on the console, dialogs, and violations of the content security policy.</summary>
    public List<string> Errors { get; } = [];

    public ILocator Summary => Page.Locator("#summary");

    public ILocator Status => Page.Locator("#status");

    public ILocator Dialog => Page.GetByRole(AriaRole.Dialog);

    public ILocator Log => Page.Locator("#log li");

    public ILocator Rows => Page.Locator("#circuits > .circuit:visible");

    public static async Task<Visit> BeginAsync(IBrowserContext context, Uri address)
    {
        var visit = new Visit(context, await context.NewPageAsync());
        await visit.Page.GotoAsync(address.AbsoluteUri);
        await Assertions.Expect(visit.Status).ToHaveTextAsync("live");
        return visit;
    }

    /// <summary>The row of the circuit whose target contains the text.</summary>
    public ILocator Row(string target) =>
        Rows.Filter(new LocatorFilterOptions { Has = Page.Locator(".name", new PageLocatorOptions { HasText = target }) });

    /// <summary>The element whose text is exactly <paramref name="text"/>.</summary>
    public static ILocator ByExactText(ILocator parent, string text) =>
        parent.GetByText(text, new LocatorGetByTextOptions { Exact = true });

    public ILocator Button(string name) => Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = name });

    public async ValueTask DisposeAsync() => await _context.CloseAsync();
}
