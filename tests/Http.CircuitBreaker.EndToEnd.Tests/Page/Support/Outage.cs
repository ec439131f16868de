using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Microsoft.Playwright;

namespace Http.CircuitBreaker.EndToEnd.Tests.Page.Support;

/// <summary>Plays three minutes of an outage with fake time while the page is open.</summary>
internal sealed class Outage : IAsyncDisposable
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 14, 9, 26, 1, TimeSpan.Zero));
    private readonly ScriptedHost[] _hosts;
    private readonly CancellationTokenSource _end = new();

    private Outage(int circuits) => _hosts = OutageScript.Hosts(circuits);

    public Shop Shop { get; private set; } = null!;

    public Visit Visit { get; private set; } = null!;

    public static async Task<Outage> PlayAsync(Chromium chromium, BrowserNewContextOptions options, int circuits = 8)
    {
        var outage = new Outage(circuits);
        outage.Shop = await Shop.OpenAsync(
            services: outage.AddTo, endpoints: endpoints => endpoints.RefreshInterval = TimeSpan.FromSeconds(1));
        outage.Visit = await chromium.VisitAsync(outage.Shop.LivePage, options);
        for (var step = 0; step < OutageScript.Steps; step++)
        {
            await outage.PlayAsync(step);
        }

        return outage;
    }

    /// <summary>Advances the time by a second and waits until the page shows the changes.</summary>
    public async Task AdvanceAsync()
    {
        // The page takes the time from the server, so its last contact shows which events it has received.
        _time.Advance(TimeSpan.FromSeconds(1));
        await Visit.Page.WaitForFunctionAsync("time => lastContact >= time - 500 && !frame", _time.GetUtcNow().ToUnixTimeMilliseconds());
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
        foreach (var hosts in _hosts.GroupBy(host => host.Client))
        {
            services.AddHttpClient(hosts.Key)
                .ConfigurePrimaryHttpMessageHandler(() => new ScriptedHandler([.. hosts]))
                .AddCircuitBreaker(hosts.First().Breaker);
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
            var key = Shop.KeyOf("inventory.example.com", "InventoryClient");
            Shop.Circuits.Isolate(key, TimeSpan.FromMinutes(30), "moves to the new cluster");
        }

        await AdvanceAsync();
    }

    private async Task CallAsync(ScriptedHost host)
    {
        try
        {
            var client = Shop.Services.GetRequiredService<IHttpClientFactory>().CreateClient(host.Client);
            using var response = await client.GetAsync(host.Address, _end.Token);
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            // A scripted failure.
        }
    }
}
