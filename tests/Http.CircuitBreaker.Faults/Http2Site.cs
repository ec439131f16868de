using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Http.CircuitBreaker.Faults;

/// <summary>A Kestrel host with HTTP/2 without TLS.</summary>
public sealed class Http2Site : IFaultySite
{
    private readonly WebApplication _host;
    private volatile bool _isHealed;
    private int _arrivals;

    private Http2Site(RequestDelegate faulty, RequestDelegate healthy)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(System.Net.IPAddress.Loopback, 0, endpoint => endpoint.Protocols = HttpProtocols.Http2);
        });
        _host = builder.Build();
        _host.Run(context =>
        {
            Interlocked.Increment(ref _arrivals);
            return _isHealed ? healthy(context) : faulty(context);
        });
    }

    public Uri Address { get; private set; } = null!;

    public int Arrivals => Volatile.Read(ref _arrivals);

    public static async Task<IFaultySite> StartAsync(RequestDelegate faulty, RequestDelegate? healthy = null)
    {
        var site = new Http2Site(faulty, healthy ?? (context => context.Response.WriteAsync("ok")));
        await site._host.StartAsync();
        site.Address = new Uri(site._host.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        return site;
    }

    public void Heal() => _isHealed = true;

    public ValueTask DisposeAsync() => _host.DisposeAsync();
}
