using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Time.Testing;
using Xunit.Abstractions;

namespace Http.CircuitBreaker.EndToEnd.Tests.Feed;

/// <summary>
/// A thousand clients of the event stream of ten thousand circuits, half of which do not read. The memory must stay bounded, the clients
/// that read must get every event, and the others must be disconnected. Runs for a fixed number of rounds, or for as many seconds as the
/// environment variable <c>CIRCUIT_BREAKER_SOAK</c> states.
/// </summary>
[Collection(nameof(SequentialSoak))]
[Trait("Category", "Soak")]
public sealed class ViewerSoakTests(ITestOutputHelper output)
{
    private const int Circuits = 10_000;
    private const int Viewers = 1_000;
    private const int Rounds = 5;
    private const int ChangesPerRound = 100;

    // Buffers of the server and of the client for one connection.
    private const long BytesPerViewer = 200_000;

    // Copies of the overview that may be in memory simultaneously, and events of that size in the queues of clients that do not read.
    private const long Copies = 10;

    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);
    private readonly Stopwatch _stopwatch = Stopwatch.StartNew();
    private long _peak;

    [Fact]
    public async Task Memory_stays_bounded_while_half_of_the_viewers_do_not_read_their_event_stream()
    {
        var seconds = Seconds();
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(300 + (10 * seconds)));
        // The server may notice the end of a repetition's connections while those of the next one begin.
        await using var server = await FeedServer.OpenAsync(Circuits, maxViewers: 2 * Viewers, _time);
        var before = Measure();
        for (var repetition = 1; repetition == 1 || _stopwatch.Elapsed.TotalSeconds < seconds; repetition++)
        {
            await RunAsync(server, before, timeout.Token);
        }
    }

    private async Task RunAsync(FeedServer server, long before, CancellationToken timeout)
    {
        var viewers = await Task.WhenAll(Enumerable.Range(0, Viewers).Select(_ => Viewer.ConnectAsync(server.Address, timeout)));
        var (readers, others) = (viewers[..(Viewers / 2)], viewers[(Viewers / 2)..]);
        await ReadAsync(readers, events: 1, timeout);
        var overview = readers[0].Bytes;
        Report($"{Viewers} clients connected; {readers.Length} of them have read {overview:N0} bytes each", before);

        for (var round = 1; round <= Rounds; round++)
        {
            server.Change(round == 1 ? Circuits : ChangesPerRound, round);
            _time.Advance(TimeSpan.FromMilliseconds(200));
            await ReadAsync(readers, events: 1 + round, timeout);
            Report($"Round {round}: {(round == 1 ? Circuits : ChangesPerRound)} circuits changed", before);
        }

        Assert.True(_peak - before < (Viewers * BytesPerViewer) + (Copies * overview), $"{_peak - before:N0} bytes are in use.");

        _time.Advance(TimeSpan.FromSeconds(20));
        Assert.All(await Task.WhenAll(others.Select(viewer => viewer.IsDisconnectedAsync(timeout))), Assert.True);
        await ReadAsync(readers, events: 2 + Rounds, timeout);
        Report($"{others.Length} clients that did not read were disconnected; they got {others.Max(viewer => viewer.Bytes):N0} bytes at most", before);
        foreach (var viewer in viewers)
        {
            viewer.Dispose();
        }
    }

    private static async Task ReadAsync(Viewer[] viewers, long events, CancellationToken timeout) =>
        Assert.All(await Task.WhenAll(viewers.Select(viewer => viewer.ReadAsync(events, timeout))), Assert.True);

    private void Report(string what, long before)
    {
        var bytes = Measure();
        _peak = Math.Max(_peak, bytes);
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{_stopwatch.Elapsed.TotalSeconds,5:0.0} s  {(bytes - before) / 1e6,6:0.0} MB in use, {Environment.WorkingSet / 1e6,6:0} MB working set  {what}."));
    }

    private static long Measure() => GC.GetTotalMemory(forceFullCollection: true);

    private static int Seconds() =>
        int.TryParse(Environment.GetEnvironmentVariable("CIRCUIT_BREAKER_SOAK"), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? Math.Min(seconds, 3_600)
            : 0;
}

/// <summary>Disables parallel runs, because other tests allocate memory too.</summary>
[CollectionDefinition(nameof(SequentialSoak), DisableParallelization = true)]
public sealed class SequentialSoak;
