using System.Net.Http.Headers;
using Http.CircuitBreaker.Tests.Support;
using static Http.CircuitBreaker.CircuitState;

namespace Http.CircuitBreaker.Tests.Circuits;

/// <summary>The headers of an upload wait for the caller, those of a gRPC stream for its first message. Neither call is ever slow.</summary>
public sealed class UntimedCallTests : IDisposable
{
    private readonly HandlerRig _rig = new(options =>
    {
        (options.SlowCallDuration, options.ProbeTimeout) = (TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(60));
        (options.MinimumThroughput, options.FailureRatio, options.ClientTimeout) = (1, 0.01, TimeSpan.FromSeconds(100));
    });

    private readonly Queue<TaskCompletionSource<HttpResponseMessage>> _pending = [];

    public UntimedCallTests() => _rig.Answer = (_, token) =>
    {
        _pending.Enqueue(new TaskCompletionSource<HttpResponseMessage>(TaskCreationOptions.RunContinuationsAsynchronously));
        return _pending.Last().Task.WaitAsync(token);
    };

    public static TheoryData<string, Func<HttpContent>> Untimed => new()
    {
        { "gRPC", CreateGrpc },
        { "upload", () => new StreamContent(Stream.Null) },
        { "form with files", () => new MultipartFormDataContent() },
    };

    [Theory]
    [MemberData(nameof(Untimed))]
    public async Task Call_exempt_from_slow_call_detection_is_neither_overdue_nor_slow(string name, Func<HttpContent> content)
    {
        Assert.NotEmpty(name);
        var call = SendAsync(content());
        _rig.Time.Advance(TimeSpan.FromSeconds(100));
        var other = SendAsync(content: null);
        Assert.Equal(0, _rig.Circuit.Overdue);

        Answer();
        await call;
        Assert.Equal((Closed, 1, 0, 1), (_rig.Circuit.State, _rig.Circuit.TotalSucceeded, _rig.Circuit.TotalFailed, _rig.Circuit.InFlight));

        // The other call is still counted.
        _rig.Time.Advance(TimeSpan.FromSeconds(2.5));
        Assert.Equal(1, _rig.Circuit.Overdue);
        Answer();
        await other;
        Assert.Equal("slow", _rig.Circuit.LastFailureReason);
    }

    [Theory]
    [MemberData(nameof(Untimed))]
    public async Task Call_exempt_from_slow_call_detection_is_ignored_if_its_caller_cancels_after_minutes(
        string name, Func<HttpContent> content)
    {
        Assert.NotEmpty(name);
        foreach (var minutes in (int[])[1, 10])
        {
            using var caller = new CancellationTokenSource();
            var call = SendAsync(content(), token: caller.Token);
            _rig.Time.Advance(TimeSpan.FromMinutes(minutes));
            await caller.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        }

        Assert.Equal((Closed, 0, 2, 0), (_rig.Circuit.State, _rig.Circuit.TotalFailed, _rig.Circuit.TotalIgnored, _rig.Circuit.InFlight));
    }

    [Theory]
    [InlineData(1.9, null)]
    [InlineData(2.0, "slow")]
    public async Task gRPC_call_with_a_deadline_can_be_slow(double seconds, string? reason)
    {
        var call = SendAsync(CreateGrpc(), deadline: "30S");
        _rig.Time.Advance(TimeSpan.FromSeconds(seconds));
        Answer();
        await call;

        Assert.Equal(reason, _rig.Circuit.LastFailureReason);
    }

    [Fact]
    public async Task Probe_exempt_from_SlowCallDuration_keeps_its_slot_until_ProbeTimeout()
    {
        var first = SendAsync(content: null);
        Answer();
        await first;
        _rig.Handler.Circuits.Isolate(HandlerRig.Key, TimeSpan.FromSeconds(1));
        _rig.Time.Advance(TimeSpan.FromSeconds(1));
        var probe = SendAsync(CreateGrpc());
        _rig.Time.Advance(TimeSpan.FromSeconds(59));
        using var rejected = await SendAsync(content: null);
        Assert.True(rejected.IsCircuitOpen());

        Answer();
        await probe;
        Assert.Equal(Closed, _rig.Circuit.State);
    }

    public void Dispose() => _rig.Dispose();

    private static ByteArrayContent CreateGrpc() => new([1]) { Headers = { ContentType = new MediaTypeHeaderValue("application/grpc") } };

    private Task<HttpResponseMessage> SendAsync(HttpContent? content, string? deadline = null, CancellationToken token = default)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, HandlerRig.Url) { Content = content };
        request.Headers.TryAddWithoutValidation("grpc-timeout", deadline);
        return _rig.Invoker.SendAsync(request, token);
    }

    private void Answer() => _pending.Dequeue().SetResult(new HttpResponseMessage());
}
