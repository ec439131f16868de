using System.Net.Sockets;
using System.Text;

namespace Http.CircuitBreaker.EndToEnd.Tests.Feed;

/// <summary>The stream of events over real connections: many viewers, some who do not read, and a shutdown.</summary>
public sealed class StreamTests
{
    private const int Clients = 100;
    private static readonly TimeSpan _timeout = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_hundred_viewers_see_everything_and_the_change()
    {
        using var timeout = new CancellationTokenSource(_timeout);
        await using var server = await FeedServer.OpenAsync(10);
        var clients = await OpenAsync(server, timeout.Token);
        Assert.All(await Task.WhenAll(clients.Select(client => client.WaitForEventAsync("overview", "host-9.example.com"))), Assert.True);

        server.Toggle(1, round: 7);
        Assert.All(await Task.WhenAll(clients.Select(client => client.WaitForEventAsync("circuits", "round 7 "))), Assert.True);
        clients.ForEach(client => client.Dispose());
    }

    [Fact]
    public async Task One_who_does_not_read_delays_nobody()
    {
        using var timeout = new CancellationTokenSource(_timeout);
        await using var server = await FeedServer.OpenAsync(1000);
        using var slow = await FillSlowClientAsync(server, timeout.Token);
    }

    [Fact]
    public async Task A_shutdown_waits_neither_for_those_who_watch_nor_for_one_who_does_not_read()
    {
        using var timeout = new CancellationTokenSource(_timeout);
        var server = await FeedServer.OpenAsync(1000);
        using var slow = await FillSlowClientAsync(server, timeout.Token);
        var clients = await OpenAsync(server, timeout.Token);
        server.Toggle(1, round: 77);
        Assert.All(await Task.WhenAll(clients.Select(client => client.WaitForEventAsync("circuits", "round 77 "))), Assert.True);

        // Without a token of its own it would wait for thirty seconds and then give up on them, without an error.
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        await server.StopAsync(limit.Token);
        Assert.False(limit.IsCancellationRequested, "The shutdown waited for its viewers.");
        Assert.All(await Task.WhenAll(clients.Select(client => client.WaitForEventAsync("never", ""))), Assert.False);
        clients.ForEach(client => client.Dispose());
        await server.DisposeAsync();
    }

    private static async Task<List<SseClient>> OpenAsync(FeedServer server, CancellationToken timeout) =>
        [.. await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => SseClient.OpenAsync(server.Address, timeout)))];

    // Fills one who does not read with more than the buffers of a connection and what the stream keeps for a viewer. Another reads it all.
    private static async Task<Socket> FillSlowClientAsync(FeedServer server, CancellationToken timeout)
    {
        var slow = await ConnectSlowClientAsync(server.Address, timeout);
        using var client = await SseClient.OpenAsync(server.Address, timeout);
        for (var round = 1; round <= 25; round++)
        {
            server.Toggle(1000, round);
            Assert.True(await client.WaitForEventAsync("circuits", $"round {round} "), $"The stream ended in round {round}.");
        }

        return slow;
    }

    private static async Task<Socket> ConnectSlowClientAsync(Uri server, CancellationToken timeout)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
        await socket.ConnectAsync(server.Host, server.Port, timeout);
        await socket.SendAsync(Encoding.ASCII.GetBytes($"GET /circuits/events HTTP/1.1\r\nHost: {server.Authority}\r\n\r\n"), timeout);
        return socket;
    }
}
