using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Http.CircuitBreaker.EndToEnd.Tests.Content;

/// <summary>A Kestrel server with various bodies and headers, over HTTP/1.1 and over HTTP/2 without TLS.</summary>
internal sealed class KestrelServer : IAsyncDisposable
{
    public static readonly string[] Paths = ["plain", "json", "chunked", "headers", "trailers", "gzip", "empty", "no-content", "missing", "charset"];

    private readonly WebApplication _app;

    private KestrelServer(WebApplication app) => _app = app;

    /// <summary>Completing this sends the second chunk of <c>/steps</c>.</summary>
    public TaskCompletionSource NextStep { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public static async Task<KestrelServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1);
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
        });
        var server = new KestrelServer(builder.Build());
        server._app.UseWebSockets();
        server._app.Use((context, next) =>
        {
            // A constant date makes responses comparable.
            context.Response.Headers.Date = "Wed, 21 Oct 2015 07:28:00 GMT";
            return next(context);
        });
        server.Map();
        await server._app.StartAsync();
        return server;
    }

    public Uri Address(int httpVersion) => new(_app.Urls.ElementAt(httpVersion - 1).TrimEnd('/') + "/");

    public async ValueTask DisposeAsync()
    {
        NextStep.TrySetResult();
        await _app.DisposeAsync();
    }

    private void Map()
    {
        _app.MapGet("/plain", () => Results.Text(new string('p', 20_000)));
        _app.MapGet("/json", () => Results.Json(Enumerable.Range(0, 100)));
        _app.MapGet("/chunked", async (HttpResponse response) =>
        {
            for (var i = 0; i < 3; i++)
            {
                await response.WriteAsync(new string('c', 1000));
                await response.Body.FlushAsync();
            }
        });
        _app.MapGet("/headers", (HttpResponse response) =>
        {
            response.Headers.ContentType = "no type; at all;;";
            response.Headers.Expires = "-1";
            response.Headers.LastModified = "Wed, 21 Oct 2015 07:28:00 GMT";
            response.Headers.ContentLanguage = new(["de", "en, fr"]);
            response.Headers.ContentDisposition = "attachment; filename*=UTF-8''%e2%82%ac.txt";
            response.Headers.Allow = new(["GET", "HEAD"]);
            response.Headers.ContentEncoding = "x-own";
            response.Headers.ContentMD5 = "no base64!";
            response.Headers.ContentRange = "bytes 1-2/x";
            response.Headers["Content-Location"] = "::not a uri::";
            response.Headers["X-Twice"] = new(["one", "two, three"]);
            return response.WriteAsync("[1]");
        });
        _app.MapGet("/trailers", async (HttpResponse response) =>
        {
            if (response.SupportsTrailers())
            {
                response.DeclareTrailer("x-checksum");
            }

            await response.WriteAsync("body");
            if (response.SupportsTrailers())
            {
                response.AppendTrailer("x-checksum", "123");
            }
        });
        _app.MapGet("/gzip", (HttpResponse response) =>
        {
            response.Headers.ContentEncoding = "gzip";
            return response.Body.WriteAsync(BrokenBodies.Gzip(Encoding.UTF8.GetBytes("[1,2,3]"))).AsTask();
        });
        _app.MapGet("/empty", () => Results.Text(""));
        _app.MapGet("/no-content", () => Results.NoContent());
        _app.MapGet("/missing", () => Results.Text("nothing here", statusCode: 404));
        _app.MapGet("/charset", () => Results.Text("Grüße", "text/plain", Encoding.Latin1));
        _app.MapGet("/steps", async (HttpResponse response) =>
        {
            await response.WriteAsync("first");
            await response.Body.FlushAsync();
            await NextStep.Task;
            await response.WriteAsync("second");
        });
        _app.MapGet("/random/{end}/{length:int}", RandomAsync);
        _app.Map("/echo", EchoAsync);
    }

    private static async Task RandomAsync(HttpContext context, BodyEnd end, int length)
    {
        context.Response.ContentType = "text/plain; charset=utf-8";
        context.Response.DeclareTrailer("x-checksum");
        await context.Response.Body.WriteAsync(RandomReadServer.Body(length));
        await context.Response.Body.FlushAsync();
        switch (end)
        {
            case BodyEnd.Whole:
                context.Response.AppendTrailer("x-checksum", "123");
                break;
            case BodyEnd.Cut:
                context.Features.Get<IHttpResetFeature>()!.Reset(2);
                break;
            default:
                await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                break;
        }
    }

    private static async Task EchoAsync(HttpContext context)
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        var buffer = new byte[100];
        var received = await socket.ReceiveAsync(buffer, context.RequestAborted);
        await socket.SendAsync(buffer.AsMemory(0, received.Count), received.MessageType, endOfMessage: true, context.RequestAborted);
        await socket.CloseAsync(System.Net.WebSockets.WebSocketCloseStatus.NormalClosure, "bye", context.RequestAborted);
    }
}
