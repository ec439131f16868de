using System.Net;
using Http.CircuitBreaker.Faults.Harmless;

namespace Http.CircuitBreaker.Faults;

/// <summary>Ways to make a call and read its response.</summary>
internal static class Calls
{
    private static readonly byte[] _muchContent = new byte[16 << 20];

    /// <summary>The time between calls of <see cref="LeaveWaitingAsync"/>.</summary>
    public static TimeSpan WaitBeforeNextCall { get; } = TimeSpan.FromMilliseconds(150);

    public static async Task<HttpResponseMessage> SendAsync(HttpClient client, HttpMethod method, Uri uri, HttpContent? content, CancellationToken token)
    {
        using var request = new HttpRequestMessage(method, uri)
        {
            Content = content,
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        return await client.SendAsync(request, token);
    }

    public static async Task<HttpResponseMessage> UploadAsync(HttpClient client, Uri uri, CancellationToken token)
    {
        using var content = new StreamContent(new MemoryStream(new byte[100]));
        return await client.PostAsync(uri, content, token);
    }

    /// <summary>Uploads more than the buffers of the connection can hold, so that the upload does not complete without the host.</summary>
    public static async Task<HttpResponseMessage> UploadMuchAsync(HttpClient client, Uri uri, CancellationToken token)
    {
        using var content = new StreamContent(new MemoryStream(_muchContent));
        return await client.PostAsync(uri, content, token);
    }

    /// <summary>The same over HTTP/2, with content that wraps exceptions of the connection in its own.</summary>
    public static async Task<HttpResponseMessage> UploadMuchOverHttp2Async(HttpClient client, Uri uri, CancellationToken token)
    {
        using var content = new TranslatingContent(_muchContent);
        return await SendAsync(client, HttpMethod.Post, uri, content, token);
    }

    /// <summary>Reads with arguments that are not valid, and then the whole stream.</summary>
    public static async Task<HttpResponseMessage> MisuseStreamAsync(HttpClient client, Uri uri, CancellationToken token)
    {
        var response = await client.GetAsync(uri, HttpCompletionOption.ResponseHeadersRead, token);
        await using var stream = await response.Content.ReadAsStreamAsync(token);
        await Expect.ThrowsAsync<ArgumentException>(() => Task.Factory.FromAsync(stream.BeginRead, stream.EndRead, new byte[1], 1, 1, null));
        await stream.CopyToAsync(Stream.Null, token);
        return response;
    }

    public static async Task<HttpResponseMessage> ReadAsStreamAsync(HttpClient client, Uri uri, CancellationToken token)
    {
        var response = await client.GetAsync(uri, HttpCompletionOption.ResponseHeadersRead, token);
        await using var body = await response.Content.ReadAsStreamAsync(token);
        await body.CopyToAsync(Stream.Null, token);
        return response;
    }

    /// <summary>Makes a call without a timeout, which stays pending while the next calls are made.</summary>
    public static async Task<HttpResponseMessage> LeaveWaitingAsync(HttpClient client, Uri uri, CancellationToken token)
    {
        var calling = client.GetAsync(uri, token);
        if (await Task.WhenAny(calling, Task.Delay(WaitBeforeNextCall, token)) == calling)
        {
            return await calling;
        }

        _ = calling.ContinueWith(ended => ended.Exception, token, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        throw new TimeoutException("Still waiting.");
    }

    private sealed class TranslatingContent(byte[] bytes) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            try
            {
                for (var i = 0; i < bytes.Length; i += 16_384)
                {
                    await stream.WriteAsync(bytes.AsMemory(i, 16_384));
                }
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException("The upload failed.", exception);
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = bytes.Length;
            return true;
        }
    }
}
