using System.Net.ServerSentEvents;

namespace Http.CircuitBreaker.EndToEnd.Tests.Feed;

/// <summary>A client of the event stream with its own connection.</summary>
internal sealed class SseClient : IDisposable
{
    private readonly HttpClient _http;
    private readonly IAsyncEnumerator<SseItem<string>> _events;

    private SseClient(HttpClient http, Stream stream, CancellationToken timeout) =>
        (_http, _events) = (http, SseParser.Create(stream).EnumerateAsync(timeout).GetAsyncEnumerator(timeout));

    public static async Task<SseClient> OpenAsync(Uri server, CancellationToken timeout)
    {
        var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = Timeout.InfiniteTimeSpan };
        return new SseClient(http, await http.GetStreamAsync(new Uri(server, "circuits/events"), timeout), timeout);
    }

    /// <summary>Reads until an event with that name contains the text; false at the end of the stream.</summary>
    public async Task<bool> WaitForEventAsync(string name, string text)
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
