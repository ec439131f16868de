using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Yarp.ReverseProxy.Forwarder;

namespace Http.CircuitBreaker.EndToEnd.Tests.Uploads;

/// <summary>Clients of a gateway that break their uploads do not open the circuit of the host behind it.</summary>
public sealed class GatewayTests(SharedUploadServer shared) : IClassFixture<SharedUploadServer>
{
    private const int Attempts = 12;
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(30);

    public static TheoryData<string, int> Gateways => new()
    {
        { "StreamContent", 1 },
        { "StreamContent", 2 },
        { "YARP", 1 },
        { "YARP", 2 },
    };

    [Theory]
    [MemberData(nameof(Gateways))]
    public async Task Clients_that_reset_their_upload_do_not_open_the_gateways_circuit(string kind, int httpVersion)
    {
        await using var gateway = await Gateway.StartAsync(kind, shared.Server.Address(httpVersion), httpVersion);
        for (var i = 0; i < Attempts; i++)
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, gateway.Address.Port);
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes("POST /described HTTP/1.1\r\nHost: gateway\r\nContent-Length: 100000\r\n\r\nstart"));
            await gateway.Started.ReadAsync().AsTask().WaitAsync(_limit);
            client.Client.LingerState = new LingerOption(true, 0);
            client.Close();
            Assert.NotEqual(200, await gateway.Ended.ReadAsync().AsTask().WaitAsync(_limit));
        }

        await AssertServesAsync(gateway);
    }

    [Theory]
    [MemberData(nameof(Gateways))]
    public async Task Clients_that_cancel_their_HTTP2_upload_do_not_open_the_gateways_circuit(string kind, int httpVersion)
    {
        await using var gateway = await Gateway.StartAsync(kind, shared.Server.Address(httpVersion), httpVersion);
        using var client = new UploadClient(gateway.Http2Address, 2, isGuarded: false);
        for (var i = 0; i < Attempts; i++)
        {
            using var cancel = new CancellationTokenSource();
            using var request = client.Request("described", new PushContent(async (stream, token) =>
            {
                await stream.WriteAsync(new byte[1_000], token);
                await stream.FlushAsync(token);
                await Task.Delay(Timeout.Infinite, cancel.Token);
            }));
            var sending = client.SendAsync(request, cancel.Token);
            await gateway.Started.ReadAsync().AsTask().WaitAsync(_limit);
            await cancel.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
            Assert.NotEqual(200, await gateway.Ended.ReadAsync().AsTask().WaitAsync(_limit));
        }

        await AssertServesAsync(gateway);
    }

    [Theory]
    [MemberData(nameof(Gateways))]
    public async Task Host_that_resets_uploads_opens_the_gateways_circuit(string kind, int httpVersion)
    {
        await using var gateway = await Gateway.StartAsync(kind, shared.Server.Address(httpVersion), httpVersion);
        using var client = new HttpClient { BaseAddress = gateway.Address };
        var calls = 0;
        while (gateway.State == CircuitState.Closed && ++calls <= Attempts)
        {
            // The gateway may close the connection before it has read the whole request.
            using var content = new ByteArrayContent(new byte[20 << 20]);
            await Record.ExceptionAsync(() => client.PostAsync("reset", content).WaitAsync(_limit));
            Assert.NotEqual(200, await gateway.Ended.ReadAsync().AsTask().WaitAsync(_limit));
        }

        Assert.Equal((CircuitState.Open, 10), (gateway.State, calls));
    }

    private static async Task AssertServesAsync(Gateway gateway)
    {
        using var client = new HttpClient { BaseAddress = gateway.Address };
        using var response = await client.PostAsync("described", new ByteArrayContent(new byte[10])).WaitAsync(_limit);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal((CircuitState.Closed, 0), (gateway.State, gateway.Failed));
    }

    /// <summary>A gateway whose calls to the host pass a circuit breaker that opens after 10 failures in a row.</summary>
    private sealed class Gateway : IAsyncDisposable
    {
        private readonly Channel<int> _started = Channel.CreateUnbounded<int>();
        private readonly Channel<int> _ended = Channel.CreateUnbounded<int>();
        private readonly CircuitBreakerHandler _breaker = new(new CircuitBreakerOptions { ConsecutiveFailuresDuration = TimeSpan.Zero })
        {
            InnerHandler = new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, UseCookies = false },
        };

        private readonly HttpMessageInvoker _invoker;
        private readonly WebApplication _app;

        private Gateway(WebApplication app) => (_app, _invoker) = (app, new HttpMessageInvoker(_breaker));

        public ChannelReader<int> Started => _started.Reader;

        /// <summary>The status of each call that has ended; 0 after an exception.</summary>
        public ChannelReader<int> Ended => _ended.Reader;

        public Uri Address => new(_app.Urls.First());

        public Uri Http2Address => new(_app.Urls.Last());

        public CircuitState State => _breaker.Circuits.GetSnapshots().SingleOrDefault()?.State ?? CircuitState.Closed;

        public long Failed => Assert.Single(_breaker.Circuits.GetSnapshots()).TotalFailed;

        public static async Task<Gateway> StartAsync(string kind, Uri host, int httpVersion)
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.Services.AddHttpForwarder();
            builder.WebHost.ConfigureKestrel(kestrel =>
            {
                kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1);
                kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
            });
            var gateway = new Gateway(builder.Build());
            var version = new Version(httpVersion, httpVersion % 2);
            gateway._app.Run(context => gateway.ForwardAsync(context, kind == "YARP" ? YarpAsync : StreamContentAsync));
            await gateway._app.StartAsync();
            return gateway;

            async Task YarpAsync(HttpContext context) => await context.RequestServices.GetRequiredService<IHttpForwarder>().SendAsync(
                context, host.ToString(), gateway._invoker, new ForwarderRequestConfig { Version = version, VersionPolicy = HttpVersionPolicy.RequestVersionExact });

            async Task StreamContentAsync(HttpContext context)
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(host, context.Request.Path))
                {
                    Content = new StreamContent(context.Request.Body),
                    Version = version,
                    VersionPolicy = HttpVersionPolicy.RequestVersionExact,
                };
                using var response = await gateway._invoker.SendAsync(request, CancellationToken.None);
                context.Response.StatusCode = (int)response.StatusCode;
            }
        }

        public async ValueTask DisposeAsync()
        {
            await _app.DisposeAsync();
            _invoker.Dispose();
        }

        private async Task ForwardAsync(HttpContext context, RequestDelegate forward)
        {
            var status = 0;
            try
            {
                _started.Writer.TryWrite(0);
                await forward(context);
                status = context.Response.StatusCode;
            }
            catch (Exception) when (!context.Response.HasStarted)
            {
                context.Response.StatusCode = StatusCodes.Status502BadGateway;
            }
            finally
            {
                _ended.Writer.TryWrite(status);
            }
        }
    }
}
