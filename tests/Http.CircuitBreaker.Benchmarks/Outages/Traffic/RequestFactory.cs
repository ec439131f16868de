using System.Net;
using Http.CircuitBreaker.Benchmarks.Outages.Host;

namespace Http.CircuitBreaker.Benchmarks.Outages.Traffic;

/// <summary>Creates the request of a call.</summary>
internal static class RequestFactory
{
    private static readonly byte[] _grpcMessage = new byte[5];

    public static HttpRequestMessage Create(CallPlan call, Uri address)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Options.Set(SimulatedHost.Call, call);
        if (call.IsGrpc)
        {
            request.Method = HttpMethod.Post;
            request.Version = HttpVersion.Version20;
            request.Content = new ByteArrayContent(_grpcMessage) { Headers = { ContentType = new("application/grpc") } };
        }
        else if (call.Upload is { } upload)
        {
            request.Method = HttpMethod.Put;
            request.Content = new ChunkedContent(upload.Chunks);
        }

        return request;
    }
}
