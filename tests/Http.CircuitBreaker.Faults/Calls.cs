using System.Net;

namespace Http.CircuitBreaker.Faults;

/// <summary>Ways to make a call and to read its answer, other than the plain one.</summary>
internal static class Calls
{
    /// <summary>How long a caller without a timeout waits before the next one comes.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromMilliseconds(150);

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

    public static async Task<HttpResponseMessage> ReadAsStreamAsync(HttpClient client, Uri uri, CancellationToken token)
    {
        var response = await client.GetAsync(uri, HttpCompletionOption.ResponseHeadersRead, token);
        await using var body = await response.Content.ReadAsStreamAsync(token);
        await body.CopyToAsync(Stream.Null, token);
        return response;
    }

    // A caller without a timeout: it goes on waiting while the next calls come.
    public static async Task<HttpResponseMessage> LeaveWaitingAsync(HttpClient client, Uri uri, CancellationToken token)
    {
        var calling = client.GetAsync(uri, token);
        if (await Task.WhenAny(calling, Task.Delay(Patience, token)) == calling)
        {
            return await calling;
        }

        _ = calling.ContinueWith(ended => ended.Exception, token, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        throw new TimeoutException("Still waiting.");
    }
}
