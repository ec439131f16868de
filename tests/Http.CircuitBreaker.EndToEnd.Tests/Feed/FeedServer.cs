using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Http.CircuitBreaker.EndToEnd.Tests.Feed;

/// <summary>An application on Kestrel with an anonymous event stream.</summary>
internal sealed class FeedServer : IAsyncDisposable
{
    private const string Client = "client";
    private readonly WebApplication _app;

    private FeedServer(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.Single());

    public static async Task<FeedServer> OpenAsync(int circuits, int maxViewers = 200, TimeProvider? time = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(time ?? TimeProvider.System);
        builder.Services.AddHttpClient(Client).AddCircuitBreaker();
        builder.Services.AddCircuitBreakerEndpoints(options =>
        {
            options.RefreshInterval = TimeSpan.FromMilliseconds(200);
            options.MaxViewers = maxViewers;
        });
        var app = builder.Build();
        app.MapCircuitBreakers().AllowAnonymous();
        await app.StartAsync();
        var server = new FeedServer(app);
        server.Change(circuits, 0);
        return server;
    }

    /// <summary>Changes the first <paramref name="circuits"/> circuits, so that an event is sent.</summary>
    public void Change(int circuits, int round)
    {
        var registry = _app.Services.GetRequiredService<ICircuitRegistry>();
        for (var i = 0; i < circuits; i++)
        {
            var key = CircuitKey.FromUri(Client, new Uri($"https://host-{i}.example.com/"));
            registry.Isolate(key, reason: $"round {round} {new string('x', 100)}");
        }
    }

    public Task StopAsync(CancellationToken timeout) => _app.StopAsync(timeout);

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
