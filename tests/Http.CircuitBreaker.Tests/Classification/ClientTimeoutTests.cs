using System.Runtime.CompilerServices;
using Http.CircuitBreaker.Classification;
using Http.CircuitBreaker.Tests.Support;

namespace Http.CircuitBreaker.Tests.Classification;

/// <summary>Which timeout a canceled call is compared with, and how close to it the cancellation must be.</summary>
public sealed class ClientTimeoutTests
{
    private readonly ClientTimeout _timeout;
    private TimeSpan? _configured;

    public ClientTimeoutTests() => _timeout = new ClientTimeout(() => _configured);

    [Theory]
    [InlineData(50, 15, false)]
    [InlineData(50, 37, false)]
    [InlineData(50, 38, true)]
    [InlineData(50, 63, true)] // On Windows, timers and the clock advance in steps of 15.6 ms.
    [InlineData(50, 100, true)]
    [InlineData(50, 101, false)]
    [InlineData(100, 15, false)]
    [InlineData(100, 74, false)] // A quarter of 100 ms is 25 ms.
    [InlineData(100, 75, true)]
    [InlineData(100, 150, true)] // Late by 50 ms is never too late.
    [InlineData(100, 151, false)]
    [InlineData(300, 15, false)]
    [InlineData(300, 224, false)]
    [InlineData(300, 225, true)]
    [InlineData(300, 375, true)]
    [InlineData(300, 376, false)]
    [InlineData(1_000, 899, false)] // 5 % would be 50 ms; the minimum is 100 ms.
    [InlineData(1_000, 900, true)]
    [InlineData(1_000, 1_250, true)]
    [InlineData(1_000, 1_251, false)]
    [InlineData(4_000, 3_799, false)]
    [InlineData(4_000, 3_800, true)]
    [InlineData(4_000, 4_500, true)] // On a busy machine, timers are late.
    [InlineData(4_000, 4_501, false)]
    [InlineData(100_000, 94_999, false)] // 5 % of 100 s are 5 s.
    [InlineData(100_000, 95_000, true)]
    [InlineData(100_000, 105_000, true)]
    [InlineData(100_000, 105_001, false)]
    [InlineData(-1, 0, false)]
    [InlineData(-1, long.MaxValue, false)]
    public void Cancellation_counts_as_a_timeout_only_if_it_is_close_to_the_client_timeout(int timeout, long elapsed, bool isReached)
    {
        Assert.Equal(isReached, ClientTimeout.IsAbout(timeout, elapsed));

        using var client = CreateClient(timeout);
        Assert.Equal(isReached, _timeout.IsReached(elapsed));

        using var other = CreateClient(timeout: 77);
        _configured = TimeSpan.FromMilliseconds(timeout);
        Assert.Equal(isReached, _timeout.IsReached(elapsed));
        GC.KeepAlive(client);
    }

    [Theory]
    [InlineData(499, false)]
    [InlineData(500, true)]
    public void Canceled_read_counts_as_a_timeout_only_if_it_has_waited_for_half_a_second(long silence, bool isReached)
    {
        using var client = CreateClient(10_000);

        Assert.Equal(isReached, _timeout.IsReached(elapsed: 10_000, silence));
        GC.KeepAlive(client);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100_000)]
    [InlineData(long.MaxValue)]
    public void Cancellation_is_not_a_timeout_if_no_client_is_known(long elapsed) => Assert.False(_timeout.IsReached(elapsed));

    [Theory]
    [InlineData(200, true)]
    [InlineData(400, false)]
    [InlineData(120_000, true)]
    public void Cancellation_at_the_timeout_of_any_existing_client_is_a_timeout(long elapsed, bool isReached)
    {
        using var older = CreateClient(120_000);
        using var newer = CreateClient(200);

        Assert.Equal(isReached, _timeout.IsReached(elapsed));
        GC.KeepAlive((older, newer));
    }

    [Fact]
    public void Timeout_of_an_older_client_is_still_used_after_many_clients_were_created()
    {
        using var older = CreateClient(120_000);
        for (var i = 0; i < 1_000; i++)
        {
            CreateClient(200).Dispose();
        }

        Assert.True(_timeout.IsReached(120_000));
        Assert.True(_timeout.IsReached(200));
        GC.KeepAlive(older);
    }

    [Fact]
    public void Only_the_latest_eight_client_timeouts_are_remembered()
    {
        var clients = Enumerable.Range(1, 9).Select(second => CreateClient(second * 10_000)).ToList();

        Assert.False(_timeout.IsReached(10_000));
        Assert.All(Enumerable.Range(2, 8), second => Assert.True(_timeout.IsReached(second * 10_000)));
        clients.ForEach(client => client.Dispose());
    }

    [Fact]
    public void Timeout_set_after_the_client_was_created_is_used()
    {
        using var client = CreateClient(100_000);
        Assert.True(_timeout.IsReached(100_000));

        client.Timeout = TimeSpan.FromSeconds(10);

        Assert.True(_timeout.IsReached(10_000));
        Assert.False(_timeout.IsReached(100_000));
        GC.KeepAlive(client);
    }

    [Fact]
    public void Timeout_of_a_garbage_collected_client_is_still_used()
    {
        CreateAndCollect(10_000, isRead: true);

        Assert.True(_timeout.IsReached(10_000));
    }

    [Fact]
    public void Timeout_of_a_garbage_collected_client_is_not_used_if_it_was_never_read()
    {
        using var older = CreateClient(10_000);
        CreateAndCollect(77_000, isRead: false);

        Assert.True(_timeout.IsReached(10_000));
        Assert.False(_timeout.IsReached(77_000));
        GC.KeepAlive(older);
    }

    [Theory]
    [InlineData("application/json", null, 100_000, true)]
    [InlineData("application/grpc", null, 100_000, false)]
    [InlineData("application/grpc", "200S", 100_000, false)]
    [InlineData("application/grpc", "200S", 200_000, true)]
    [InlineData("application/grpc", "200S", 220_000, false)]
    [InlineData("application/grpc", "50m", 15, false)]
    [InlineData("application/grpc", "50m", 63, true)]
    [InlineData("application/grpc", "100m", 74, false)]
    [InlineData("application/grpc", "100m", 75, true)]
    [InlineData("application/grpc", "300000u", 15, false)]
    [InlineData("application/grpc", "300000u", 310, true)]
    [InlineData("application/grpc", "300000u", 400, false)]
    public void Canceled_gRPC_call_is_a_timeout_only_at_its_deadline_and_not_at_the_client_timeout(
        string mediaType, string? deadline, long elapsed, bool isTimeout)
    {
        _configured = TimeSpan.FromSeconds(100);
        using var request = new HttpRequestMessage(HttpMethod.Post, "http://host/") { Content = new ByteArrayContent([1]) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", mediaType);
        request.Headers.TryAddWithoutValidation("grpc-timeout", deadline is null ? [] : [deadline]);
        var call = new FinishedCall(request, null, new TaskCanceledException(), elapsed, IsTokenCanceled: true);
        var rules = ClassifierHarness.Rules();

        var result = new CallClassifier(_timeout, TimeProvider.System).Classify(in call, rules, out _);

        Assert.Equal(isTimeout ? "timeout" : null, result.Reason);
    }

    private HttpClient CreateClient(int timeout)
    {
        var client = new HttpClient();
        _timeout.Track(client);
        client.Timeout = TimeSpan.FromMilliseconds(timeout);
        return client;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void CreateAndCollect(int timeout, bool isRead)
    {
        var client = Create();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        Assert.False(client.TryGetTarget(out _));

        [MethodImpl(MethodImplOptions.NoInlining)]
        WeakReference<HttpClient> Create()
        {
            var client = CreateClient(timeout);
            Assert.True(!isRead || _timeout.IsReached(timeout));
            return new WeakReference<HttpClient>(client);
        }
    }
}
