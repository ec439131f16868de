using System.Runtime.CompilerServices;
using Http.CircuitBreaker.Classification;

namespace Http.CircuitBreaker.Tests.Classification;

public sealed class ClientTimeoutTests
{
    private readonly ClientTimeout _timeout = new();

    [Fact]
    public void Client_timeout_set_after_creation_is_used()
    {
        using var client = new HttpClient();
        _timeout.Track(client);
        client.Timeout = TimeSpan.FromSeconds(10);

        Assert.True(_timeout.IsReached(9_500));
        Assert.False(_timeout.IsReached(9_499));
    }

    [Fact]
    public void Timeout_of_the_newest_client_is_used()
    {
        using var older = new HttpClient { Timeout = TimeSpan.FromSeconds(10) };
        using var newer = new HttpClient { Timeout = TimeSpan.FromSeconds(50) };
        _timeout.Track(older);
        _timeout.Track(newer);

        Assert.False(_timeout.IsReached(10_000));
        Assert.True(_timeout.IsReached(50_000));
        GC.KeepAlive(newer);
    }

    [Fact]
    public void Infinite_client_timeout_is_never_reached()
    {
        using var client = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
        _timeout.Track(client);

        Assert.False(_timeout.IsReached(long.MaxValue));
        GC.KeepAlive(client);
    }

    [Fact]
    public void Timeout_of_a_collected_client_is_still_used()
    {
        var collected = RememberCollectableClient(TimeSpan.FromSeconds(10));
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();

        Assert.False(collected.TryGetTarget(out _));
        Assert.True(_timeout.IsReached(9_500));
        Assert.False(_timeout.IsReached(9_499));
    }

    [Fact]
    public void ClientTimeout_option_overrides_the_client_unless_it_is_null()
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(10) };
        _timeout.Track(client);

        _timeout.Configured = TimeSpan.FromSeconds(30);
        Assert.False(_timeout.IsReached(10_000));
        Assert.True(_timeout.IsReached(30_000));

        _timeout.Configured = null;
        Assert.True(_timeout.IsReached(10_000));
        GC.KeepAlive(client);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private WeakReference<HttpClient> RememberCollectableClient(TimeSpan timeout)
    {
        var client = new HttpClient { Timeout = timeout };
        _timeout.Track(client);
        Assert.True(_timeout.IsReached((long)timeout.TotalMilliseconds));
        return new WeakReference<HttpClient>(client);
    }
}
