using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Microsoft.Playwright;

namespace Http.CircuitBreaker.EndToEnd.Tests.Page.Support;

/// <summary>Plays three minutes of a bad day in a second, on a clock of its own, to somebody who watches.</summary>
internal sealed class Outage : IAsyncDisposable
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 14, 9, 26, 0, TimeSpan.Zero));
    private readonly ScriptedHost[] _hosts = OutageScript.Hosts();
    private readonly CancellationTokenSource _end = new();

    public Shop Shop { get; private set; } = null!;

    public Visit Visit { get; private set; } = null!;

    public static async Task<Outage> PlayAsync(Chromium chromium, BrowserNewContextOptions options)
    {
        var outage = new Outage();
        outage.Shop = await Shop.OpenAsync(services: outage.AddTo, endpoints: endpoints => endpoints.RefreshInterval = TimeSpan.FromSeconds(1));
        outage.Visit = await chromium.VisitAsync(outage.Shop.LivePage, options);
        for (var step = 0; step < OutageScript.Steps; step++)
        {
            await outage.PlayAsync(step);
        }

        return outage;
    }

    /// <summary>Lets a second go by, and what has happened be seen.</summary>
    public async Task AdvanceAsync()
    {
        // The page goes by the server's clock, so what it has heard tells how far it is.
        _time.Advance(TimeSpan.FromSeconds(1));
        await Visit.Page.WaitForFunctionAsync("moment => contact >= moment - 500 && !frame", _time.GetUtcNow().ToUnixTimeMilliseconds());
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await Visit.DisposeAsync();
        await Shop.DisposeAsync();
        _end.Dispose();
    }

    private void AddTo(IServiceCollection services)
    {
        services.AddSingleton<TimeProvider>(_time);
        foreach (var host in _hosts)
        {
            services.AddHttpClient(host.Client)
                .ConfigurePrimaryHttpMessageHandler(() => new ScriptedHandler(host))
                .AddCircuitBreaker(host.Breaker);
        }
    }

    private async Task PlayAsync(int step)
    {
        _time.Advance(TimeSpan.FromSeconds(4));
        foreach (var host in _hosts)
        {
            for (var call = 0; call < host.Calls(step); call++)
            {
                host.Next = host.Answer(step, call);
                var answer = CallAsync(host);
                await (host.Next is null ? Task.CompletedTask : answer);
            }
        }

        if (step == OutageScript.Isolated)
        {
            Shop.Circuits.Isolate(Shop.KeyOf("inventory.example.com", "InventoryClient"), TimeSpan.FromMinutes(30), "moves to the new cluster");
        }

        await AdvanceAsync();
    }

    private async Task CallAsync(ScriptedHost host)
    {
        try
        {
            using var response = await Shop.Services.GetRequiredService<IHttpClientFactory>().CreateClient(host.Client).GetAsync(host.Address, _end.Token);
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            // As the script wants it.
        }
    }
}
