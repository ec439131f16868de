using Http.CircuitBreaker;

namespace Fleet.Shops;

/// <summary>
/// An instance of the shop, a process of its own. It says on its output what happens to it, does what its input says, and ends with it.
/// </summary>
internal static class ShopRole
{
    /// <summary>In place of an address: this instance shares with nobody.</summary>
    public const string Alone = "alone";

    public static async Task RunAsync(string name, Uri provider, string server)
    {
        var network = new NetworkSwitch();
        await using var app = Build(name, provider, server, network);
        await app.StartAsync();
        Console.WriteLine($"ready {app.Urls.Single()}/circuits");

        using var stop = new CancellationTokenSource();
        var customers = Customers.ComeAsync(app.Services.GetRequiredService<IHttpClientFactory>().CreateClient("payments"), stop.Token);
        await ObeyAsync(app.Services.GetRequiredService<ICircuitRegistry>(), CircuitKey.FromUri("payments", provider), network);
        await stop.CancelAsync();
        await customers;
    }

    private static WebApplication Build(string name, Uri provider, string server, NetworkSwitch network)
    {
        var builder = Loopback.CreateBuilder();
        builder.Services.AddSingleton<ICircuitObserver, Narrator>();
        builder.Services.AddCircuitBreakerEndpoints(endpoints => endpoints.EnableControl = true);
        if (server != Alone)
        {
            builder.Services.AddCircuitBreakerRedis(options => (options.Configuration, options.InstanceName) = (server, name));
        }

        builder.Services
            .AddHttpClient("payments", client => (client.BaseAddress, client.Timeout) = (provider, TimeSpan.FromSeconds(1)))
            .UseSocketsHttpHandler((sockets, _) => sockets.UseProxy = false)
            .AddCircuitBreaker(options =>
            {
                (options.SamplingDuration, options.BreakDuration) = (TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(2));
                (options.RetryAfterHandling, options.RecoveryDuration) = (RetryAfterHandling.Open, TimeSpan.FromSeconds(2));
            })
            .AddHttpMessageHandler(() => new BrokenNetwork(network));
        var app = builder.Build();
        app.MapCircuitBreakers();
        return app;
    }

    private static async Task ObeyAsync(ICircuitRegistry circuits, CircuitKey key, NetworkSwitch network)
    {
        while (await Console.In.ReadLineAsync() is { } order)
        {
            switch (order)
            {
                case "break-network": network.IsBroken = true; break;
                case "mend-network": network.IsBroken = false; break;
                case "isolate": circuits.Isolate(key, reason: "the provider is being replaced"); break;
                case "reset": circuits.Reset(key); break;
            }
        }
    }
}
