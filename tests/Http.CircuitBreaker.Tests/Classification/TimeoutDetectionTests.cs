using Http.CircuitBreaker.Circuits;
using Http.CircuitBreaker.Classification;

namespace Http.CircuitBreaker.Tests.Classification;

/// <summary>Which timeout a cancelled call is compared with, and how close to it the cancellation must be.</summary>
public sealed class TimeoutDetectionTests
{
    private readonly ClientTimeout _timeout = new();

    [Theory]
    [InlineData(100_000)]
    [InlineData(long.MaxValue)]
    public void Cancellation_is_not_a_timeout_if_the_client_timeout_is_unknown(long elapsed)
    {
        Assert.False(_timeout.IsReached(elapsed));
        Assert.Equal(CallResult.Ignored, Classify(elapsed, "application/json"));
    }

    [Theory]
    [InlineData(null, 100_000, false)]
    [InlineData("200S", 100_000, false)]
    [InlineData("200S", 200_000, true)]
    public void gRPC_call_times_out_only_at_its_own_deadline(string? deadline, long elapsed, bool isTimeout)
    {
        _timeout.Configured = TimeSpan.FromSeconds(100);

        Assert.Equal(isTimeout ? CallResult.Failure("timeout") : CallResult.Ignored, Classify(elapsed, "application/grpc", deadline));
    }

    [Theory]
    [InlineData(100, 15, false)]
    [InlineData(100, 74, false)]
    [InlineData(100, 75, true)]
    [InlineData(300, 224, false)]
    [InlineData(300, 225, true)]
    public void Timeout_tolerance_is_at_most_a_quarter_of_a_short_timeout(int timeout, long elapsed, bool isTimeout)
    {
        _timeout.Configured = TimeSpan.FromMilliseconds(timeout);

        Assert.Equal(isTimeout, _timeout.IsReached(elapsed));
        Assert.Equal(isTimeout, Classify(elapsed, "application/grpc", $"{timeout}m") == CallResult.Failure("timeout"));
    }

    private CallResult Classify(long elapsed, string mediaType, string? deadline = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "http://host/") { Content = new ByteArrayContent([1]) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", mediaType);
        if (deadline is not null)
        {
            request.Headers.TryAddWithoutValidation("grpc-timeout", deadline);
        }

        var call = new FinishedCall(request, null, new TaskCanceledException(), elapsed, IsTokenCancelled: true);
        return new CallClassifier(_timeout, TimeProvider.System).Classify(in call, new CallRules(StatusCodeSet.Default, 0, null), out _);
    }
}
