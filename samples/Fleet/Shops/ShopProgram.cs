using Http.CircuitBreaker;

namespace Fleet.Shops;

/// <summary>Runs one shop instance. It writes events to its output, executes commands from its input, and exits when the input ends.</summary>
internal static class ShopProgram
{
    /// <summary>Replaces the server address if this instance does not share its circuits.</summary>
    public const string Alone = "alone";

    public const string Disconnect = "disconnect";
    public const string Reconnect = "reconnect";
    public const string Isolate = "isolate";
    public const string Reset = "reset";

    public static async Task RunAsync(string name, Uri provider, string server)
    {
        var network = new NetworkSwitch();
        await using var app = Build(name, provider, server, network);
        await app.StartAsync();
        Console.WriteLine($"ready {app.Urls.Single()}/circuits");

        using var stop = new CancellationTokenSource();
        var customers = Customers.RunAsync(app.Services.GetRequiredService<IHttpClientFactory>().CreateClient("payments"), stop.Token);
        await RunCommandsAsync(app.Services.GetRequiredService<ICircuitRegistry>(), CircuitKey.FromUri("payments", provider), network);
        await stop.CancelAsync();
        await customers;
    }

    private static WebApplication Build(string name, Uri provider, string server, NetworkSwitch network)
    {
        var builder = Loopback.CreateBuilder();
        builder.Services.AddSingleton<ICircuitObserver, ChangeWriter>();
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

    private static async Task RunCommandsAsync(ICircuitRegistry circuits, CircuitKey key, NetworkSwitch network)
    {
        while (await Console.In.ReadLineAsync() is { } command)
        {
            switch (command)
            {
                case Disconnect: network.IsBroken = true; break;
                case Reconnect: network.IsBroken = false; break;
                case Isolate: circuits.Isolate(key, reason: "the provider is being replaced"); break;
                case Reset: circuits.Reset(key); break;
            }
        }
    }
}
