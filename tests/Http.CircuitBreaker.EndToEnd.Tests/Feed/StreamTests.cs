using System.Net.Sockets;
using System.Text;

namespace Http.CircuitBreaker.EndToEnd.Tests.Feed;

/// <summary>The stream of events over real connections: many viewers, some who do not read, and a shutdown.</summary>
public sealed class StreamTests
{
    private const int Viewers = 100;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_hundred_viewers_see_everything_and_the_change()
    {
        using var patience = new CancellationTokenSource(_patience);
        await using var shop = await WatchedShop.OpenAsync(10);
        var watchers = await OpenAsync(shop, patience.Token);
        Assert.All(await Task.WhenAll(watchers.Select(watcher => watcher.SeesAsync("overview", "host-9.example.com"))), Assert.True);

        shop.Toggle(1, round: 7);
        Assert.All(await Task.WhenAll(watchers.Select(watcher => watcher.SeesAsync("circuits", "round 7 "))), Assert.True);
        watchers.ForEach(watcher => watcher.Dispose());
    }

    [Fact]
    public async Task One_who_does_not_read_delays_nobody()
    {
        using var patience = new CancellationTokenSource(_patience);
        await using var shop = await WatchedShop.OpenAsync(1000);
        using var deaf = await FillDeafAsync(shop, patience.Token);
    }

    [Fact]
    public async Task A_shutdown_waits_neither_for_those_who_watch_nor_for_one_who_does_not_read()
    {
        using var patience = new CancellationTokenSource(_patience);
        var shop = await WatchedShop.OpenAsync(1000);
        using var deaf = await FillDeafAsync(shop, patience.Token);
        var watchers = await OpenAsync(shop, patience.Token);
        shop.Toggle(1, round: 77);
        Assert.All(await Task.WhenAll(watchers.Select(watcher => watcher.SeesAsync("circuits", "round 77 "))), Assert.True);

        // Without a token of its own it would wait for thirty seconds and then give up on them, without an error.
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        await shop.StopAsync(limit.Token);
        Assert.False(limit.IsCancellationRequested, "The shutdown waited for its viewers.");
        Assert.All(await Task.WhenAll(watchers.Select(watcher => watcher.SeesAsync("never", ""))), Assert.False);
        watchers.ForEach(watcher => watcher.Dispose());
        await shop.DisposeAsync();
    }

    private static async Task<List<Watcher>> OpenAsync(WatchedShop shop, CancellationToken patience) =>
        [.. await Task.WhenAll(Enumerable.Range(0, Viewers).Select(_ => Watcher.OpenAsync(shop.Address, patience)))];

    // Fills one who does not read with more than the buffers of a connection and what the stream keeps for a viewer. Another reads it all.
    private static async Task<Socket> FillDeafAsync(WatchedShop shop, CancellationToken patience)
    {
        var deaf = await ConnectDeafAsync(shop.Address, patience);
        using var watcher = await Watcher.OpenAsync(shop.Address, patience);
        for (var round = 1; round <= 25; round++)
        {
            shop.Toggle(1000, round);
            Assert.True(await watcher.SeesAsync("circuits", $"round {round} "), $"The stream ended in round {round}.");
        }

        return deaf;
    }

    private static async Task<Socket> ConnectDeafAsync(Uri shop, CancellationToken patience)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
        await socket.ConnectAsync(shop.Host, shop.Port, patience);
        await socket.SendAsync(Encoding.ASCII.GetBytes($"GET /circuits/events HTTP/1.1\r\nHost: {shop.Authority}\r\n\r\n"), patience);
        return socket;
    }
}
