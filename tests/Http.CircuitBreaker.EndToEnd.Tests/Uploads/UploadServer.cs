using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using Http.CircuitBreaker.Faults;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Http.CircuitBreaker.EndToEnd.Tests.Uploads;

/// <summary>One server for all tests of a class.</summary>
public sealed class SharedUploadServer : IAsyncLifetime
{
    internal UploadServer Server { get; private set; } = null!;

    public async Task InitializeAsync() => Server = await UploadServer.StartAsync();

    public Task DisposeAsync() => Server.DisposeAsync().AsTask();
}

/// <summary>A Kestrel server that describes the uploads it receives, over HTTP/1.1 and HTTP/2, with and without TLS.</summary>
internal sealed class UploadServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private UploadServer(WebApplication app) => _app = app;

    /// <summary>Completing this lets the server answer <c>/wait</c> and <c>/half</c>.</summary>
    public TaskCompletionSource Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public static async Task<UploadServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1);
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(Certificates.Trusted));
        });
        var server = new UploadServer(builder.Build());
        server._app.Run(server.AnswerAsync);
        await server._app.StartAsync();
        return server;
    }

    public Uri Address(int httpVersion, bool isSecure = false) => new(_app.Urls.ElementAt(isSecure ? 2 : httpVersion - 1).TrimEnd('/') + "/");

    public async ValueTask DisposeAsync()
    {
        Answer.TrySetResult();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await _app.StopAsync(limit.Token);
        await _app.DisposeAsync();
    }

    private static async Task<string> DescribeAsync(HttpRequest request)
    {
        var headers = request.Headers.Where(header => header.Key is not ("Host" or "Expect")).OrderBy(header => header.Key, StringComparer.Ordinal);
        var lines = headers.Select(header => $"{header.Key}: {string.Join(" | ", header.Value.ToArray())}").ToList();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var (buffer, length) = (new byte[16_384], 0);
        while (await request.Body.ReadAsync(buffer) is > 0 and var read)
        {
            length += read;
            hash.AppendData(buffer, 0, read);
        }

        return $"{request.Method} {request.Path} {request.Protocol}\n{string.Join('\n', lines)}\n{length} {Convert.ToHexString(hash.GetHashAndReset())}";
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var (request, response) = (context.Request, context.Response);
        response.Headers.Date = "Wed, 21 Oct 2015 07:28:00 GMT";
        switch (request.Path.Value)
        {
            case "/301" or "/303" or "/307" or "/308":
                await request.Body.CopyToAsync(Stream.Null);
                response.StatusCode = int.Parse(request.Path.Value[1..], CultureInfo.InvariantCulture);
                response.Headers.Location = "/described";
                break;
            case "/refuse":
                response.StatusCode = 401;
                await response.WriteAsync("refused without reading");
                break;
            case "/wait":
                await request.Body.CopyToAsync(Stream.Null);
                await Answer.Task;
                break;
            case "/half":
                await request.Body.ReadExactlyAsync(new byte[1]);
                await response.Body.FlushAsync();
                await Answer.Task;
                await response.WriteAsync($"read {(await DescribeAsync(request)).Split('\n')[^1]}");
                break;
            case "/half-reset":
                await request.Body.ReadExactlyAsync(new byte[1]);
                await response.Body.FlushAsync();
                await Answer.Task;
                context.Features.Get<IHttpResetFeature>()!.Reset(2);
                break;
            case "/reset":
                await request.Body.ReadAtLeastAsync(new byte[1_000], 1_000);
                context.Abort();
                break;
            case "/trailers":
                await request.Body.CopyToAsync(Stream.Null);
                response.DeclareTrailer("x-checksum");
                await response.WriteAsync("body");
                response.AppendTrailer("x-checksum", "123");
                break;
            default:
                await response.WriteAsync(await DescribeAsync(request));
                break;
        }
    }
}
