using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Http.CircuitBreaker.Faults.Harmless;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Http.CircuitBreaker.Faults;

/// <summary>All faults that must open the circuit.</summary>
public static class FaultList
{
    private static readonly TimeSpan _short = Calls.WaitBeforeNextCall * 2;

    // Long enough that a busy machine cancels close to it.
    private static readonly TimeSpan _clientTimeout = TimeSpan.FromSeconds(1);
    private static readonly int[] _statuses = [500, 502, 503, 504, 408, 429];
    private static readonly int[] _grpcStatuses = [2, 4, 8, 13, 14, 15];

    // GOAWAY, last stream 2^31-1, INTERNAL_ERROR (RFC 9113, section 6.8): the server has accepted the request and will not respond.
    private static readonly byte[] _goAway = [0, 0, 8, 7, 0, 0, 0, 0, 0, 0x7f, 0xff, 0xff, 0xff, 0, 0, 0, 2];

    // HEADERS of stream 1 with END_STREAM and the indexed field ":status: 200" (RFC 7541, appendix A).
    private static readonly byte[] _emptyOk = [0, 0, 1, 1, 5, 0, 0, 0, 1, 0x88];

    public static IReadOnlyList<Fault> All { get; } =
    [
        .. Connection(),
        .. Tls(),
        .. Headers(),
        .. Statuses(),
        .. Timeouts(),
        .. Bodies(),
        .. Uploads(),
        .. Http2(),
        .. Grpc(),
    ];

    private static IEnumerable<Fault> Connection() =>
    [
        RawFault("connection refused", null),
        RawFault("connection reset immediately", Behaviours.ResetImmediately),
        new Fault("connect never completes, ConnectTimeout")
        {
            StartAsync = FullBacklogSite.StartAsync,
            Transport = (transport, _) => transport.ConnectTimeout = _short,
        },
        UnreachableFault("host name not found", SocketError.HostNotFound),
        UnreachableFault("network unreachable", SocketError.NetworkUnreachable),
        RawFault("reset before headers, WebException of Android", Behaviours.AnswerAndReset("")) with { Inside = () => new Handlers.AndroidTransport() },
        RawFault("connection refused, rule that throws", null) with { HasBrokenRule = true },
    ];

    private static IEnumerable<Fault> Tls() =>
    [
        TlsFault("TLS, wrong certificate", Behaviours.HealthyTls(Certificates.Wrong)),
        TlsFault("TLS port speaks plain text", Behaviours.SpeakFirst("HTTP/1.1 400 Bad Request\r\n\r\n")),
        TlsFault("TLS record cut off, streamed upload", Behaviours.CutTlsRecord(Certificates.Trusted)) with { Call = Calls.UploadAsync },
    ];

    private static IEnumerable<Fault> Headers() =>
    [
        RawFault("closed before headers", Behaviours.Answer("")),
        RawFault("reset before headers", Behaviours.AnswerAndReset("")),
        RawFault("garbage instead of HTTP", Behaviours.Answer("\u0016\u0003garbage garbage garbage\r\n\r\n")),
        RawFault("half the headers, then silence, client timeout", Behaviours.AnswerAndHang("HTTP/1.1 200 OK\r\nContent-Le")) with { ClientTimeout = _clientTimeout },
    ];

    private static IEnumerable<Fault> Statuses() =>
    [
        .. _statuses.Select(code => RawFault($"status {code}", Behaviours.Answer(Status(code, "")))),
        RawFault("status 503 with Retry-After", Behaviours.Answer(Status(503, "Retry-After: 1\r\n"))),
        RawFault("status 429 with Retry-After", Behaviours.Answer(Status(429, "Retry-After: 1\r\n"))),
    ];

    private static IEnumerable<Fault> Timeouts() =>
    [
        RawFault("hang, client timeout", Behaviours.AnswerAndHang("")) with { ClientTimeout = _clientTimeout },
        RawFault("hang, call timeout inside the breaker", Behaviours.AnswerAndHang("")) with { CallTimeout = _short },
        RawFault("hang, no timeout at all, traffic goes on", Behaviours.AnswerAndHang("")) with { SlowCallDuration = _short, Call = Calls.LeaveWaitingAsync },
        RawFault("slow success", Behaviours.AnswerAfter(_short * 1.5)) with { SlowCallDuration = _short },
    ];

    private static IEnumerable<Fault> Bodies() =>
    [
        RawFault("body shorter than Content-Length", Behaviours.Answer("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort")),
        RawFault("chunked body cut off", Behaviours.Answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nshort\r\n")),
        RawFault("body reset", Behaviours.AnswerAndReset("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort")),
        RawFault("body stalls, client timeout", Behaviours.AnswerAndHang("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort")) with { ClientTimeout = _clientTimeout },
        RawFault("body stalls, client timeout, token linked by an outer handler", Behaviours.AnswerAndHang("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort")) with
        {
            ClientTimeout = _clientTimeout,
            Outside = () => new Handlers.TotalTimeout(TimeSpan.FromMinutes(1)),
        },
        RawFault("corrupt gzip", Behaviours.Answer(CorruptGzip())) with { Transport = (transport, _) => transport.AutomaticDecompression = DecompressionMethods.GZip },
        RawFault("body shorter than Content-Length, read as a stream", Behaviours.Answer("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort")) with { Call = Calls.ReadAsStreamAsync },
        RawFault("body shorter than Content-Length, stream misused before", Behaviours.Answer("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort")) with { Call = Calls.MisuseStreamAsync },
    ];

    private static IEnumerable<Fault> Uploads() =>
    [
        RawFault("reset while an upload is sent", Behaviours.ResetUpload) with { Call = Calls.UploadMuchAsync },
        RawFault("host stops reading an upload, client timeout", Behaviours.StopReading) with { Call = Calls.UploadMuchAsync, ClientTimeout = _clientTimeout },
        RawFault("hang after an upload, client timeout", Behaviours.AnswerAndHang("")) with { Call = Calls.UploadAsync, ClientTimeout = _clientTimeout },
        Http2Fault("HTTP/2 stream reset while an upload is sent", async context =>
        {
            await context.Request.Body.ReadExactlyAsync(new byte[1_000]);
            context.Features.Get<IHttpResetFeature>()!.Reset(2);
        }) with { Call = Calls.UploadMuchOverHttp2Async },
        Http2Fault("HTTP/2 connection lost while an upload is sent", async context =>
        {
            await context.Request.Body.ReadExactlyAsync(new byte[1_000]);
            context.Features.Get<IConnectionLifetimeFeature>()!.Abort();
        }) with { Call = Calls.UploadMuchOverHttp2Async },
    ];

    private static IEnumerable<Fault> Http2() =>
    [
        Http2Fault("HTTP/2 stream reset before headers", context =>
        {
            context.Features.Get<IHttpResetFeature>()!.Reset(2);
            return Task.CompletedTask;
        }),
        Http2Fault("HTTP/2 stream reset in the body", async context =>
        {
            await context.Response.WriteAsync("short");
            await context.Response.Body.FlushAsync();
            await Task.Delay(50);
            context.Features.Get<IHttpResetFeature>()!.Reset(2);
        }),
        new Fault("HTTP/2 GOAWAY")
        {
            StartAsync = () => Task.FromResult<IFaultySite>(new RawSite(Behaviours.Http2Frame(_goAway), Behaviours.Http2Frame(_emptyOk))),
            Call = (client, uri, token) => Calls.SendAsync(client, HttpMethod.Get, uri, null, token),
        },
    ];

    private static IEnumerable<Fault> Grpc() =>
    [
        .. _grpcStatuses.Select(status => GrpcFault($"gRPC status {status}, trailers-only reply", context =>
        {
            context.Response.Headers["grpc-status"] = $"{status}";
            return Task.CompletedTask;
        })),
        GrpcFault("gRPC status 14 in the trailers", async context =>
        {
            await context.Response.Body.WriteAsync(new byte[5]);
            context.Response.AppendTrailer("grpc-status", "14");
        }),
    ];

    private static Fault RawFault(string name, Behaviour? faulty) => new(name) { StartAsync = () => Task.FromResult<IFaultySite>(new RawSite(faulty)) };

    private static Fault UnreachableFault(string name, SocketError error) => new(name)
    {
        StartAsync = () => Task.FromResult<IFaultySite>(new UnreachableSite(error)),
        Transport = (transport, site) => transport.ConnectCallback = ((UnreachableSite)site).ConnectAsync,
    };

    private static Fault TlsFault(string name, Behaviour faulty) => new(name)
    {
        StartAsync = () => Task.FromResult<IFaultySite>(new RawSite(faulty, Behaviours.HealthyTls(Certificates.Trusted), "https")),
        Transport = (transport, _) => transport.SslOptions.RemoteCertificateValidationCallback =
            (_, certificate, _, _) => certificate?.GetCertHashString() == Certificates.Trusted.GetCertHashString(),
    };

    private static Fault Http2Fault(string name, RequestDelegate faulty) => new(name)
    {
        StartAsync = () => Http2Site.StartAsync(faulty),
        Call = (client, uri, token) => Calls.SendAsync(client, HttpMethod.Get, uri, null, token),
    };

    private static Fault GrpcFault(string name, RequestDelegate faulty) => new(name)
    {
        StartAsync = () => Http2Site.StartAsync(AsGrpc(faulty), AsGrpc(context =>
        {
            context.Response.Headers["grpc-status"] = "0";
            return Task.CompletedTask;
        })),
        Call = (client, uri, token) =>
        {
            var content = new ByteArrayContent(new byte[5]);
            content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
            return Calls.SendAsync(client, HttpMethod.Post, uri, content, token);
        },
    };

    private static RequestDelegate AsGrpc(RequestDelegate answer) => context =>
    {
        context.Response.ContentType = "application/grpc";
        return answer(context);
    };

    private static string Status(int code, string headers) => $"HTTP/1.1 {code} Fault\r\nConnection: close\r\n{headers}Content-Length: 4\r\n\r\nfail";

    private static string CorruptGzip()
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(Encoding.ASCII.GetBytes(new string('x', 1_000)));
        }

        var bytes = compressed.ToArray();
        Array.Fill(bytes, (byte)0xff, 10, bytes.Length - 10);
        return $"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {bytes.Length}\r\n\r\n{Encoding.Latin1.GetString(bytes)}";
    }
}
