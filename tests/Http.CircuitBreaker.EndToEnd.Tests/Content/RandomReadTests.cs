using System.Diagnostics;
using Xunit.Abstractions;

namespace Http.CircuitBreaker.EndToEnd.Tests.Content;

/// <summary>
/// Whatever its reader does, a response behaves as it does without a breaker, and counts as a failure if and only if the reader sees it
/// break. The sequences of reads are random.
/// </summary>
public sealed class RandomReadTests(ITestOutputHelper output)
{
    private const int SequencesPerTransport = 300;
    private const int Attempts = 10;

    // A read fails like this if the connection is closed meanwhile because another reader of the same body has failed.
    private const string LocalAbort = "Software caused connection abort";

    private static readonly string[] _signs = ["(ResponseEnded)", "(HttpProtocolError)", nameof(InvalidDataException)];

    public static TheoryData<string> Transports => [.. RandomReadServer.Transports];

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task Random_reads_have_the_same_results_with_and_without_a_breaker(string transport)
    {
        await using var server = await RandomReadServer.StartAsync();
        using var bare = server.CreateClient(transport, isGuarded: false);
        using var guarded = server.CreateClient(transport, isGuarded: true);
        var (repeats, started) = (0, Stopwatch.GetTimestamp());
        for (var seed = 0; seed < SequencesPerTransport; seed++)
        {
            var reads = new RandomReads(transport, seed);
            repeats += await RepeatUntilSameAsync(reads, seed, bare, guarded);
        }

        output.WriteLine($"{transport}: {SequencesPerTransport} sequences, {repeats} repeated, {Stopwatch.GetElapsedTime(started)}");
    }

    private static async Task<string> RunGuardedAsync(RandomReads reads, GuardedClient guarded)
    {
        var failed = guarded.Failed;
        var result = await reads.RunAsync(guarded.Http);
        var failures = guarded.Failed - failed;
        var isExpected = failures == (IsBroken(result) ? 1 : 0)
            || (failures == 1 && result.Contains(LocalAbort, StringComparison.Ordinal))
            || (failures == 0 && !IsBroken(UntilDisposed(result)));
        Assert.True(isExpected, $"{failures} failures: {reads}\n{result}");
        return result;
    }

    // A canceled read closes an HTTP/1.1 connection, so there a broken body is only the inner exception.
    // Two streams over the same compressed body each get a part of it, and that looks like corrupt data.
    private static bool IsBroken(string result)
    {
        var lines = result.Split('\n');
        return lines.Skip(1).Zip(lines).Any(line =>
            Array.Exists(_signs, sign => line.First.Contains(sign, StringComparison.Ordinal))
            && !line.Second.Contains(nameof(TaskCanceledException), StringComparison.Ordinal));
    }

    // A reader that disposes the response has left it, and may still read an error that has already arrived.
    private static string UntilDisposed(string result) =>
        result.IndexOf(".Dispose", StringComparison.Ordinal) is >= 0 and var end ? result[..end] : result;

    // How many bytes a read returns depends on when they arrive, so a sequence is repeated until the results are the same.
    private static async Task<int> RepeatUntilSameAsync(RandomReads reads, int seed, GuardedClient bare, GuardedClient guarded)
    {
        var (expected, actual) = (new HashSet<string>(), new HashSet<string>());
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            expected.Add(await reads.RunAsync(bare.Http));
            actual.Add(await RunGuardedAsync(reads, guarded));
            if (expected.Overlaps(actual))
            {
                return attempt;
            }
        }

        Assert.Fail($"Sequence {seed}: {reads}\nwithout a breaker:\n{expected.First()}\nwith one:\n{actual.First()}");
        return Attempts;
    }
}
