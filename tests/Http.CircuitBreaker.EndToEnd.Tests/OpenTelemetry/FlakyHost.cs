using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Http.CircuitBreaker.EndToEnd.Tests.OpenTelemetry;

/// <summary>A Kestrel host that responds with <see cref="Status"/>.</summary>
internal sealed class FlakyHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private FlakyHost(WebApplication app) => _app = app;

    public HttpStatusCode Status { get; set; } = HttpStatusCode.OK;

    public Uri Address => new(_app.Urls.Single());

    public static async Task<FlakyHost> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port: 0));
        var host = new FlakyHost(builder.Build());
        host._app.MapGet("/", () => Results.StatusCode((int)host.Status));
        await host._app.StartAsync();
        return host;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
