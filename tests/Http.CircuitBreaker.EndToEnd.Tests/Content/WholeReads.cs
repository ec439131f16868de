using System.Net.Http.Json;

namespace Http.CircuitBreaker.EndToEnd.Tests.Content;

/// <summary>Ways to read a complete body.</summary>
internal static class WholeReads
{
    private const HttpCompletionOption HeadersOnly = HttpCompletionOption.ResponseHeadersRead;

    /// <summary>HttpClient reads the body within its timeout.</summary>
    public static readonly Dictionary<string, Func<HttpClient, string, Task>> ByTheClient = new()
    {
        ["GetAsync"] = async (client, path) => (await client.GetAsync(path)).Dispose(),
        ["GetStringAsync"] = (client, path) => client.GetStringAsync(path),
        ["GetByteArrayAsync"] = (client, path) => client.GetByteArrayAsync(path),
        ["GetFromJsonAsync"] = (client, path) => client.GetFromJsonAsync<int[]>(path),
        ["Send"] = (client, path) => Task.Run(() => client.Send(new HttpRequestMessage(HttpMethod.Get, path)).Dispose()),
    };

    /// <summary>The caller reads the body after HttpClient has returned the headers.</summary>
    public static readonly Dictionary<string, Func<HttpClient, string, Task>> ByTheCaller = new()
    {
        ["GetStreamAsync"] = async (client, path) => await DrainAsync(await client.GetStreamAsync(path)),
        ["ReadAsStringAsync"] = (client, path) => WithHeadersAsync(client, path, content => content.ReadAsStringAsync()),
        ["ReadAsByteArrayAsync"] = (client, path) => WithHeadersAsync(client, path, content => content.ReadAsByteArrayAsync()),
        ["ReadFromJsonAsync"] = (client, path) => WithHeadersAsync(client, path, content => content.ReadFromJsonAsync<int[]>()),
        ["ReadFromJsonAsAsyncEnumerable"] = (client, path) => WithHeadersAsync(client, path, EnumerateAsync),
        ["LoadIntoBufferAsync"] = (client, path) => WithHeadersAsync(client, path, content => content.LoadIntoBufferAsync()),
        ["CopyToAsync"] = (client, path) => WithHeadersAsync(client, path, content => content.CopyToAsync(new MemoryStream())),
        ["ReadAsStreamAsync"] = (client, path) => WithHeadersAsync(client, path, async content => await DrainAsync(await content.ReadAsStreamAsync())),
        ["StreamReader"] = (client, path) => WithHeadersAsync(
            client, path, async content => await new StreamReader(await content.ReadAsStreamAsync()).ReadToEndAsync()),
        ["Stream.CopyToAsync"] = (client, path) => WithHeadersAsync(
            client, path, async content => await (await content.ReadAsStreamAsync()).CopyToAsync(new MemoryStream())),
        ["ReadAsStream"] = (client, path) => Task.Run(() =>
        {
            using var response = client.Send(new HttpRequestMessage(HttpMethod.Get, path), HeadersOnly);
            using var stream = response.Content.ReadAsStream();
            while (stream.Read(new byte[100]) > 0)
            {
            }
        }),
        ["CopyTo"] = (client, path) => Task.Run(() =>
        {
            using var response = client.Send(new HttpRequestMessage(HttpMethod.Get, path), HeadersOnly);
            response.Content.CopyTo(new MemoryStream(), null, CancellationToken.None);
        }),
    };

    public static IEnumerable<(string Name, Func<HttpClient, string, Task> Read)> All =>
        ByTheClient.Concat(ByTheCaller).Select(read => (read.Key, read.Value));

    private static async Task WithHeadersAsync(HttpClient client, string path, Func<HttpContent, Task> read)
    {
        using var response = await client.GetAsync(path, HeadersOnly);
        await read(response.Content);
    }

    private static async Task EnumerateAsync(HttpContent content)
    {
        await foreach (var _ in content.ReadFromJsonAsAsyncEnumerable<int>())
        {
        }
    }

    private static async Task DrainAsync(Stream stream)
    {
        await using (stream)
        {
            var buffer = new byte[100];
            while (await stream.ReadAsync(buffer) > 0)
            {
            }
        }
    }
}
