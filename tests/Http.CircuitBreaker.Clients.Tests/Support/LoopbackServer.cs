using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Http.CircuitBreaker.Clients.Tests.Support;

public enum Fault
{
    None,
    InternalServerError,
    ServiceUnavailable,
    Refused,
    Truncated,
    Hang,
}

/// <summary>A Kestrel server on an ephemeral port that works, fails in several ways, and works again.</summary>
public sealed class LoopbackServer : IAsyncDisposable
{
    private readonly Action<WebApplication> _map;
    private readonly Action<IServiceCollection> _add;
    private readonly HttpProtocols _protocols;

    // A socket that is bound but does not listen: the port stays reserved and refuses connections while Kestrel is stopped.
    private readonly Socket _port = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private WebApplication? _app;
    private TaskCompletionSource _hang = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile Fault _fault;
    private int _requests;

    private LoopbackServer(Action<WebApplication> map, HttpProtocols protocols, Action<IServiceCollection> add)
    {
        (_map, _protocols, _add) = (map, protocols, add);
        _port.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        Address = new Uri($"http://127.0.0.1:{((IPEndPoint)_port.LocalEndPoint!).Port}/");
    }

    public Uri Address { get; }

    /// <summary>The number of requests that have arrived, also while the server failed.</summary>
    public int Requests => Volatile.Read(ref _requests);

    public static async Task<LoopbackServer> StartAsync(
        Action<WebApplication> map, HttpProtocols protocols = HttpProtocols.Http1, Action<IServiceCollection>? add = null)
    {
        var server = new LoopbackServer(map, protocols, add ?? (_ => { }));
        await server.SetAsync(Fault.None);
        return server;
    }

    public async Task SetAsync(Fault fault)
    {
        _fault = fault;
        var hang = Interlocked.Exchange(ref _hang, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        hang.TrySetResult();
        if (fault == Fault.Refused)
        {
            await StopAsync();
        }
        else if (_app is null)
        {
            _app = Build();
            await _app.StartAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        _hang.TrySetResult();
        await StopAsync();
        _port.Dispose();
    }

    private async Task StopAsync()
    {
        if (_app is { } app)
        {
            _app = null;

            // A canceled token closes the connections instead of waiting for their requests.
            await app.StopAsync(new CancellationToken(canceled: true));
            await app.DisposeAsync();
        }
    }

    private WebApplication Build()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        _add(builder.Services);
        builder.WebHost.ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, Address.Port, listen => listen.Protocols = _protocols));
        var app = builder.Build();
        app.Use(AnswerAsync);
        _map(app);
        return app;
    }

    private async Task AnswerAsync(HttpContext context, RequestDelegate next)
    {
        Interlocked.Increment(ref _requests);
        switch (_fault)
        {
            case Fault.InternalServerError:
                context.Response.StatusCode = StatusCodes.Status500InternalServerError;
                break;
            case Fault.ServiceUnavailable:
                context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
                break;
            case Fault.Truncated:
                (context.Response.ContentType, context.Response.ContentLength) = (context.Request.ContentType ?? "application/json", 1000);
                await context.Response.WriteAsync("{", context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
                context.Abort();
                break;
            case Fault.Hang:
                await _hang.Task.WaitAsync(context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                break;
            default:
                await next(context);
                break;
        }
    }
}
