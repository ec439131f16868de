using System.Net.ServerSentEvents;

namespace Http.CircuitBreaker.EndToEnd.Tests.Feed;

/// <summary>One who watches over a connection of its own.</summary>
internal sealed class Watcher : IDisposable
{
    private readonly HttpClient _http;
    private readonly IAsyncEnumerator<SseItem<string>> _events;

    private Watcher(HttpClient http, Stream stream, CancellationToken patience) =>
        (_http, _events) = (http, SseParser.Create(stream).EnumerateAsync(patience).GetAsyncEnumerator(patience));

    public static async Task<Watcher> OpenAsync(Uri shop, CancellationToken patience)
    {
        var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = Timeout.InfiniteTimeSpan };
        return new Watcher(http, await http.GetStreamAsync(new Uri(shop, "circuits/events"), patience), patience);
    }

    /// <summary>Reads until an event of that name holds that text; false at the end of the stream.</summary>
    public async Task<bool> SeesAsync(string name, string text)
    {
        while (await _events.MoveNextAsync())
        {
            if (_events.Current.EventType == name && _events.Current.Data.Contains(text, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    public void Dispose() => _http.Dispose();
}
