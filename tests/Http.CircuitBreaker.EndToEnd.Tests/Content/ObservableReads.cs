using System.Net.Http.Json;
using System.Text;

namespace Http.CircuitBreaker.EndToEnd.Tests.Content;

/// <summary>Ways to use a response. Each returns everything that the caller can observe.</summary>
internal static class ObservableReads
{
    private static readonly (string Name, Func<HttpResponseMessage, Task<string>> Read)[] _responseReads =
    [
        ("response", response => Task.FromResult(Transcript.Create(response))),
        ("text", async response => await response.Content.ReadAsStringAsync() + Transcript.Create(response)),
        ("bytes", async response => Convert.ToHexString(await response.Content.ReadAsByteArrayAsync()) + Transcript.Create(response)),
        ("json", async response => string.Join(',', (await response.Content.ReadFromJsonAsync<int[]>())!)),
        ("stream", async response => await TextAsync(await response.Content.ReadAsStreamAsync()) + Transcript.Create(response)),
        ("stream, sync", response => Task.FromResult(new StreamReader(response.Content.ReadAsStream()).ReadToEnd())),
        ("copy", async response =>
        {
            var copy = new MemoryStream();
            await response.Content.CopyToAsync(copy);
            return Convert.ToHexString(copy.ToArray()) + Transcript.Create(response);
        }),
        ("copy, sync", response =>
        {
            var copy = new MemoryStream();
            response.Content.CopyTo(copy, null, CancellationToken.None);
            return Task.FromResult(Convert.ToHexString(copy.ToArray()) + Transcript.Create(response));
        }),
        ("copy to null", async response =>
        {
            await response.Content.CopyToAsync(null!);
            return "";
        }),
        ("copy to a closed stream", async response =>
        {
            var closed = new MemoryStream();
            closed.Dispose();
            await response.Content.CopyToAsync(closed);
            return "";
        }),
        ("copy to a full stream", async response =>
        {
            await response.Content.CopyToAsync(new MemoryStream(new byte[2]));
            return "";
        }),
        ("buffer with a limit", async response =>
        {
            await response.Content.LoadIntoBufferAsync(2);
            return await response.Content.ReadAsStringAsync();
        }),
        ("buffer, then all", async response =>
        {
            await response.Content.LoadIntoBufferAsync();
            var stream = await response.Content.ReadAsStreamAsync();
            var members = StreamMembers.Describe(stream);
            stream.Position = 0;
            return await TextAsync(stream) + await response.Content.ReadAsStringAsync() + members + Transcript.Create(response);
        }),
        ("text twice", async response => await response.Content.ReadAsStringAsync() + await response.Content.ReadAsStringAsync()),
        ("copy twice", async response =>
        {
            await response.Content.CopyToAsync(Stream.Null);
            await response.Content.CopyToAsync(Stream.Null);
            return "";
        }),
        ("stream twice", async response =>
        {
            var (one, two) = (await response.Content.ReadAsStreamAsync(), await response.Content.ReadAsStreamAsync());
            return $"{ReferenceEquals(one, two)} {await TextAsync(one)}";
        }),
        ("stream, then text", async response =>
        {
            await response.Content.ReadAsStreamAsync();
            return await response.Content.ReadAsStringAsync();
        }),
        ("text after disposal", response =>
        {
            response.Dispose();
            return response.Content.ReadAsStringAsync();
        }),
        ("members", async response => StreamMembers.Describe(await response.Content.ReadAsStreamAsync())),
        ("reads of all kinds", async response => await StreamMembers.ReadInEveryWayAsync(await response.Content.ReadAsStreamAsync())),
        ("canceled before", async response => await response.Content.ReadAsStringAsync(new CancellationToken(true))),
    ];

    private static readonly (string Name, Func<HttpClient, string, Task<string>> Read)[] _clientReads =
    [
        ("GetStringAsync", (client, path) => client.GetStringAsync(path)),
        ("GetByteArrayAsync", async (client, path) => Convert.ToHexString(await client.GetByteArrayAsync(path))),
        ("GetStreamAsync", async (client, path) => await TextAsync(await client.GetStreamAsync(path))),
        ("GetFromJsonAsync", async (client, path) => string.Join(',', (await client.GetFromJsonAsync<int[]>(path))!)),
        ("HEAD", async (client, path) => Transcript.Create(await client.SendAsync(new HttpRequestMessage(HttpMethod.Head, path)))),
    ];

    /// <summary>Every read, with every completion option, asynchronous and synchronous.</summary>
    public static IEnumerable<(string Name, Func<HttpClient, string, Task<string>> Read)> All()
    {
        foreach (var read in _clientReads)
        {
            yield return read;
        }

        foreach (var (name, read) in _responseReads)
        {
            foreach (var option in Enum.GetValues<HttpCompletionOption>())
            {
                yield return ($"{name}, {option}", async (client, path) => await read(await client.GetAsync(path, option)));
                yield return ($"{name}, {option}, Send", (client, path) => Task.Run(
                    () => read(client.Send(new HttpRequestMessage(HttpMethod.Get, path) { Version = client.DefaultRequestVersion }, option))));
            }
        }
    }

    private static async Task<string> TextAsync(Stream stream) => await new StreamReader(stream, Encoding.Latin1).ReadToEndAsync();
}
