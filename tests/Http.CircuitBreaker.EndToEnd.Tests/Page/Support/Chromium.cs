using Microsoft.Playwright;

namespace Http.CircuitBreaker.EndToEnd.Tests.Page.Support;

/// <summary>The installed Chromium, started once for all page tests.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private const float TimeoutMs = 15_000;
    private static readonly string[] _names = ["chromium", "chromium-browser", "google-chrome"];
    private static readonly string? _path = Find();
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>Why the tests are skipped; null if Chromium is installed.</summary>
    public static string? Missing => _path is null ? "No Chromium on the path: apt-get install -y chromium" : null;

    public async Task InitializeAsync()
    {
        if (_path is null)
        {
            return;
        }

        Assertions.SetDefaultExpectTimeout(TimeoutMs);
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = _path,
            Timeout = 2 * TimeoutMs,
            Args = ["--disable-gpu"],

            // The sandbox does not work for root, the usual user in a container.
            ChromiumSandbox = !Environment.IsPrivilegedProcess,
        });
    }

    public async Task DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.CloseAsync();
        }

        _playwright?.Dispose();
    }

    internal async Task<Visit> VisitAsync(Uri address, BrowserNewContextOptions? options = null)
    {
        options ??= new BrowserNewContextOptions();
        options.ViewportSize ??= new ViewportSize { Width = 1280, Height = 800 };
        options.TimezoneId = "UTC";
        var context = await _browser!.NewContextAsync(options);
        context.SetDefaultTimeout(TimeoutMs);
        return await Visit.BeginAsync(context, address);
    }

    private static string? Find() =>
        (from folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
         from name in _names
         let path = Path.Combine(folder, name)
         where File.Exists(path)
         select path).FirstOrDefault();
}
