using System.Net;

namespace Http.CircuitBreaker.Faults;

/// <summary>Ways to make a call and read its response.</summary>
internal static class Calls
{
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
}
