using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Http.CircuitBreaker.Benchmarks.Support;

/// <summary>An in-process Kestrel server that answers every request with a small JSON body.</summary>
internal sealed class LoopbackServer : IAsyncDisposable
{
    private static readonly byte[] _body = "{\"id\":\"ch_1\",\"status\":\"succeeded\",\"amount\":1999,\"currency\":\"eur\"}"u8.ToArray();

    private readonly WebApplication _host;

    private LoopbackServer()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _host = builder.Build();
        _host.Run(context =>
        {
            context.Response.ContentType = "application/json";
            context.Response.ContentLength = _body.Length;
            return context.Response.Body.WriteAsync(_body, context.RequestAborted).AsTask();
        });
    }

    public Uri Address { get; private set; } = null!;

    public static async Task<LoopbackServer> StartAsync()
    {
        var server = new LoopbackServer();
        await server._host.StartAsync();
        server.Address = new Uri(server._host.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        return server;
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();
}
