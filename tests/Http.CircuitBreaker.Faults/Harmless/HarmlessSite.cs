using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Http.CircuitBreaker.Faults.Harmless;

/// <summary>A healthy host that can return any status, stream without end, or never complete.</summary>
public sealed class HarmlessSite : IAsyncDisposable
{
    // RFC 9113, section 7.
    private const int Http11Required = 13;

    private readonly WebApplication _host;

    private HarmlessSite(WebApplication host)
    {
        _host = host;
        var addresses = host.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        (Address, Http2Address) = (new Uri(addresses.First()), new Uri(addresses.Last()));
    }

    public Uri Address { get; }

    public Uri Http2Address { get; }

    /// <summary>Sets the address and the version of a client that makes the calls of a case.</summary>
    public void Configure(HttpClient client, HarmlessCase harmless)
    {
        (client.BaseAddress, client.Timeout) = (AddressOf(harmless), harmless.ClientTimeout);
        if (harmless.IsHttp2)
        {
            (client.DefaultRequestVersion, client.DefaultVersionPolicy) = (HttpVersion.Version20, HttpVersionPolicy.RequestVersionExact);
        }
    }

    public Uri AddressOf(HarmlessCase harmless) => harmless.IsHttp2 ? Http2Address : Address;

    public static async Task<HarmlessSite> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0, endpoint => endpoint.Protocols = HttpProtocols.Http1);
            kestrel.Listen(IPAddress.Loopback, 0, endpoint => endpoint.Protocols = HttpProtocols.Http2);
        });
        var host = builder.Build();
        host.Map("/status/{code:int}", (int code) => Results.StatusCode(code));
        host.Map("/empty", () => Results.NoContent());
        host.Map("/headers", (HttpContext context) => context.Response.Headers["X-Large"] = new string('x', 8_000));
        host.Map("/large", () => new string('x', 100_000));
        host.Map("/http11", (HttpContext context) => context.Features.Get<IHttpResetFeature>()!.Reset(Http11Required));
        host.MapPost("/upload", async (HttpRequest request) =>
        {
            await request.Body.CopyToAsync(Stream.Null);
            return "thanks";
        });
        host.Map("/pending", (CancellationToken aborted) => Task.Delay(Timeout.Infinite, aborted));
        host.Map("/events", async (HttpContext context) =>
        {
            context.Response.ContentType = "text/event-stream";
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.WriteAsync("data: tick\n\n", context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
                await Task.Delay(20, context.RequestAborted);
            }
        });
        await host.StartAsync();
        return new HarmlessSite(host);
    }

    public async ValueTask DisposeAsync()
    {
        // Canceled calls may still be pending.
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await _host.StopAsync(limit.Token);
        await _host.DisposeAsync();
    }
}
