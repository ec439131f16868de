using System.Net.ServerSentEvents;
using System.Text.Json;

namespace Http.CircuitBreaker.AspNetCore.Tests.Support;

/// <summary>A client of the event stream that reads with a timeout.</summary>
internal sealed class EventReader : IAsyncDisposable
{
    private static readonly TimeSpan _timeout = TimeSpan.FromSeconds(20);
    private readonly HttpClient _client;
    private readonly Stream _stream;
    private readonly CancellationTokenSource _end = new(_timeout);
    private readonly IAsyncEnumerator<SseItem<string>> _events;

    private EventReader(HttpClient client, Stream stream)
    {
        (_client, _stream) = (client, stream);
        _events = SseParser.Create(stream).EnumerateAsync(_end.Token).GetAsyncEnumerator(_end.Token);
    }

    public static async Task<EventReader> OpenAsync(HttpClient client)
    {
        using var limit = new CancellationTokenSource(_timeout);
        return new EventReader(client, await client.GetStreamAsync("circuits/events", limit.Token));
    }

    /// <summary>The next event; null at the end of the stream.</summary>
    public async Task<(string Name, JsonElement Data, TimeSpan? Retry)?> NextAsync()
    {
        if (!await _events.MoveNextAsync())
        {
            return null;
        }

        var item = _events.Current;
        return (item.EventType, JsonDocument.Parse(item.Data).RootElement, item.ReconnectionInterval);
    }

    public async Task<JsonElement> NextAsync(string name)
    {
        var next = await NextAsync();
        Assert.Equal(name, next?.Name);
        return next!.Value.Data;
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _stream.DisposeAsync();
        _client.Dispose();
        _end.Dispose();
    }
}
