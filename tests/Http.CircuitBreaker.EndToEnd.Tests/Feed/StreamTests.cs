using System.Net.Sockets;
using System.Text;

namespace Http.CircuitBreaker.EndToEnd.Tests.Feed;

/// <summary>The event stream over real connections: many clients, clients that do not read, and a shutdown.</summary>
public sealed class StreamTests
{
    private const int Clients = 100;
    private static readonly TimeSpan _timeout = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_hundred_clients_of_the_event_stream_receive_the_overview_and_a_change()
    {
        using var timeout = new CancellationTokenSource(_timeout);
        await using var server = await FeedServer.OpenAsync(10);
        var clients = await OpenAsync(server, timeout.Token);
        Assert.All(await Task.WhenAll(clients.Select(client => client.WaitForEventAsync("overview", "host-9.example.com"))), Assert.True);

        server.Change(1, round: 7);
        Assert.All(await Task.WhenAll(clients.Select(client => client.WaitForEventAsync("circuits", "round 7 "))), Assert.True);
        clients.ForEach(client => client.Dispose());
    }

    [Fact]
    public async Task Client_that_does_not_read_does_not_delay_other_clients()
    {
        using var timeout = new CancellationTokenSource(_timeout);
        await using var server = await FeedServer.OpenAsync(1000);
        using var stalled = await FillStalledClientAsync(server, timeout.Token);
    }

    [Fact]
    public async Task A_shutdown_does_not_wait_for_connected_clients()
    {
        using var timeout = new CancellationTokenSource(_timeout);
        var server = await FeedServer.OpenAsync(1000);
        using var stalled = await FillStalledClientAsync(server, timeout.Token);
        var clients = await OpenAsync(server, timeout.Token);
        server.Change(1, round: 77);
        Assert.All(await Task.WhenAll(clients.Select(client => client.WaitForEventAsync("circuits", "round 77 "))), Assert.True);

        // By default the host waits 30 s for open requests and then stops without an error.
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        await server.StopAsync(limit.Token);
        Assert.False(limit.IsCancellationRequested, "The shutdown waited for connected clients.");
        Assert.All(await Task.WhenAll(clients.Select(client => client.WaitForEventAsync("never", ""))), Assert.False);
        clients.ForEach(client => client.Dispose());
        await server.DisposeAsync();
    }

    private static async Task<List<SseClient>> OpenAsync(FeedServer server, CancellationToken timeout) =>
        [.. await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => SseClient.OpenAsync(server.Address, timeout)))];

    // Sends more than the connection and the queue can buffer to a client that does not read, while another client reads everything.
    private static async Task<Socket> FillStalledClientAsync(FeedServer server, CancellationToken timeout)
    {
        var stalled = await ConnectStalledClientAsync(server.Address, timeout);
        using var client = await SseClient.OpenAsync(server.Address, timeout);
        for (var round = 1; round <= 25; round++)
        {
            server.Change(1000, round);
            Assert.True(await client.WaitForEventAsync("circuits", $"round {round} "), $"The stream ended in round {round}.");
        }

        return stalled;
    }

    private static async Task<Socket> ConnectStalledClientAsync(Uri server, CancellationToken timeout)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
        await socket.ConnectAsync(server.Host, server.Port, timeout);
        await socket.SendAsync(Encoding.ASCII.GetBytes($"GET /circuits/events HTTP/1.1\r\nHost: {server.Authority}\r\n\r\n"), timeout);
        return socket;
    }
}
