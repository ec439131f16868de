using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Http.CircuitBreaker.EndToEnd.Tests.Grpc;

/// <summary>A gRPC service on Kestrel, over HTTP/2 without TLS.</summary>
internal sealed class PaymentsHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private PaymentsHost(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.Single());

    public static async Task<PaymentsHost> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddGrpc();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        var host = new PaymentsHost(builder.Build());
        host._app.MapGrpcService<PaymentsService>();
        await host._app.StartAsync();
        return host;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
