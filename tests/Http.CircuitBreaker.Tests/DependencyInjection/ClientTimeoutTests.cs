using System.Runtime.CompilerServices;
using Http.CircuitBreaker.Classification;
using Http.CircuitBreaker.Configuration;

namespace Http.CircuitBreaker.Tests.DependencyInjection;

/// <summary>What the breaker takes for the client's timeout, with given times.</summary>
public sealed class ClientTimeoutTests
{
    private readonly ClientTimeout _timeout = new();

    [Theory]
    [InlineData(1_000, 899, false)]
    [InlineData(1_000, 900, true)]
    [InlineData(10_000, 9_499, false)]
    [InlineData(10_000, 9_500, true)]
    [InlineData(10_000, 50_000, true)]
    public void A_little_early_will_do(int timeout, long elapsed, bool isReached)
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromMilliseconds(timeout) };
        _timeout.Track(client);

        Assert.Equal(isReached, _timeout.IsReached(elapsed));
    }

    [Fact]
    public void A_timeout_that_is_set_after_the_client_was_made_is_seen()
    {
        using var client = new HttpClient();
        _timeout.Track(client);
        client.Timeout = TimeSpan.FromSeconds(2);

        Assert.True(_timeout.IsReached(2_000));
    }

    [Fact]
    public void The_newest_client_counts_while_it_lives()
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
    public void What_a_client_said_last_holds_when_it_is_gone()
    {
        RememberAndForget(isAsked: true);

        Assert.True(_timeout.IsReached(2_000));
    }

    [Fact]
    public void A_newer_client_that_is_gone_without_having_been_asked_leaves_what_the_older_one_says()
    {
        using var older = new HttpClient();
        _timeout.Track(older);
        older.Timeout = TimeSpan.FromSeconds(2);
        RememberAndForget(isAsked: false);

        Assert.True(_timeout.IsReached(2_000));
        GC.KeepAlive(older);
    }

    [Fact]
    public void An_infinite_timeout_is_never_reached()
    {
        using var client = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
        _timeout.Track(client);

        Assert.False(_timeout.IsReached(long.MaxValue));
    }

    [Theory]
    [InlineData(3_000, 2_900, true)]
    [InlineData(3_000, 2_000, false)]
    [InlineData(-1, long.MaxValue, false)]
    public void The_timeout_of_the_options_wins(int given, long elapsed, bool isReached)
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
    public void A_cancelled_call_is_a_failure_once_the_timeout_has_passed_and_no_evidence_before(long elapsed, CircuitOutcome outcome, string? reason)
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
