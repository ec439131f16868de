using System.Runtime.CompilerServices;
using Http.CircuitBreaker.Classification;
using Http.CircuitBreaker.Configuration;

namespace Http.CircuitBreaker.Tests.DependencyInjection;

/// <summary>When a call has reached the timeout of its client.</summary>
public sealed class ClientTimeoutTests
{
    private readonly ClientTimeout _timeout = new();

    [Theory]
    [InlineData(1_000, 899, false)]
    [InlineData(1_000, 900, true)]
    [InlineData(10_000, 9_499, false)]
    [InlineData(10_000, 9_500, true)]
    [InlineData(10_000, 50_000, true)]
    public void Client_timeout_counts_as_reached_slightly_before_it_elapses(int timeout, long elapsed, bool isReached)
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromMilliseconds(timeout) };
        _timeout.Track(client);

        Assert.Equal(isReached, _timeout.IsReached(elapsed));
    }

    [Fact]
    public void Timeout_set_after_the_client_was_created_is_used()
    {
        using var client = new HttpClient();
        _timeout.Track(client);
        client.Timeout = TimeSpan.FromSeconds(2);

        Assert.True(_timeout.IsReached(2_000));
    }

    [Fact]
    public void Timeout_of_the_newest_live_client_is_used()
    {
        using var older = new HttpClient { Timeout = TimeSpan.FromSeconds(2) };
        using var newer = new HttpClient { Timeout = TimeSpan.FromSeconds(20) };
        _timeout.Track(older);
        _timeout.Track(newer);

        Assert.False(_timeout.IsReached(2_000));
        Assert.True(_timeout.IsReached(20_000));
        GC.KeepAlive(newer);
    }

    [Fact]
    public void Last_known_timeout_of_a_collected_client_is_still_used()
    {
        RememberAndForget(isAsked: true);

        Assert.True(_timeout.IsReached(2_000));
    }

    [Fact]
    public void Unread_timeout_of_a_collected_client_is_not_used()
    {
        using var older = new HttpClient();
        _timeout.Track(older);
        older.Timeout = TimeSpan.FromSeconds(2);
        RememberAndForget(isAsked: false);

        Assert.True(_timeout.IsReached(2_000));
        GC.KeepAlive(older);
    }

    [Fact]
    public void Infinite_timeout_is_never_reached()
    {
        using var client = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
        _timeout.Track(client);

        Assert.False(_timeout.IsReached(long.MaxValue));
    }

    [Theory]
    [InlineData(3_000, 2_900, true)]
    [InlineData(3_000, 2_000, false)]
    [InlineData(-1, long.MaxValue, false)]
    public void ClientTimeout_option_overrides_the_timeout_of_the_client(int given, long elapsed, bool isReached)
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(1) };
        _timeout.Track(client);
        _timeout.Configured = TimeSpan.FromMilliseconds(given);
        Assert.Equal(isReached, _timeout.IsReached(elapsed));

        _timeout.Configured = null;
        Assert.True(_timeout.IsReached(1_000));
    }

    [Theory]
    [InlineData(2_000, CircuitOutcome.Failure, "timeout")]
    [InlineData(1_000, CircuitOutcome.Ignored, null)]
    public void Cancelled_call_is_a_failure_only_after_the_client_timeout(long elapsed, CircuitOutcome outcome, string? reason)
    {
        using var request = new HttpRequestMessage();
        _timeout.Configured = TimeSpan.FromSeconds(2);
        var call = new FinishedCall(request, null, new TaskCanceledException(), elapsed, IsTokenCancelled: true);
        var rules = HostSettings.From(new CircuitBreakerOptions()).Rules;

        var verdict = new CallClassifier(_timeout, TimeProvider.System).Classify(in call, rules, out _);

        Assert.Equal((outcome, reason), (verdict.Outcome, verdict.Reason));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void RememberAndForget(bool isAsked)
    {
        Remember(isAsked);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Remember(bool isAsked)
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(2) };
        _timeout.Track(client);
        if (isAsked)
        {
            Assert.False(_timeout.IsReached(0));
        }
        else
        {
            client.Timeout = TimeSpan.FromSeconds(77);
        }
    }
}
