using Http.CircuitBreaker.Circuits;
using Http.CircuitBreaker.Content;
using Http.CircuitBreaker.Tests.Support;

namespace Http.CircuitBreaker.Tests.Content;

/// <summary>A call with custom content does not count as unanswered while it sends its content, but does before and after that.</summary>
public sealed class UploadTimingTests : IDisposable
{
    private static readonly Task _never = new TaskCompletionSource().Task;
    private static readonly HttpRequestMessage _ended = new();

    private readonly HandlerRig _rig = new(options => (options.BreakDuration, options.MaxBreakDuration) = (TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1)));

    public void Dispose() => _rig.Dispose();

    [Fact]
    public async Task Host_that_does_not_answer_completed_uploads_opens_its_circuit()
    {
        await AnswerAsync();
        _rig.Answer = async (request, token) =>
        {
            await request.Content!.CopyToAsync(Stream.Null, token);
            return await HangAsync();
        };

        Assert.InRange(await SecondsUntilOpenAsync(CreateContent), 3, 4);
    }

    [Fact]
    public async Task Uploads_that_are_never_read_open_the_circuit()
    {
        await AnswerAsync();
        _rig.Answer = (_, _) => HangAsync();

        Assert.InRange(await SecondsUntilOpenAsync(CreateContent), 3, 4);
    }

    [Fact]
    public async Task Uploads_with_a_slow_source_do_not_open_the_circuit()
    {
        await AnswerAsync();
        _rig.Answer = async (request, token) =>
        {
            await request.Content!.CopyToAsync(Stream.Null, token);
            return new HttpResponseMessage();
        };

        Assert.True(double.IsNaN(await SecondsUntilOpenAsync(() => new PushContent(_ => _never))));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Canceled_uploads_open_the_circuit_only_if_the_host_does_not_read_them(bool isSourceSlow)
    {
        await AnswerAsync();
        _rig.Answer = async (request, token) =>
        {
            await request.Content!.CopyToAsync(new WaitingStream(), token);
            return new HttpResponseMessage();
        };
        var calls = new Queue<(CancellationTokenSource Caller, Task Call)>();

        var seconds = await SecondsUntilOpenAsync(async () =>
        {
            var caller = new CancellationTokenSource();
            var request = Request(new PushContent(stream =>
                isSourceSlow ? Task.Delay(Timeout.Infinite, caller.Token) : stream.WriteAsync(new byte[1], caller.Token).AsTask()));
            calls.Enqueue((caller, _rig.Invoker.SendAsync(request, caller.Token)));
            if (calls.Count > 25)
            {
                var (canceled, call) = calls.Dequeue();
                await canceled.CancelAsync();

                // The circuit must have the result before the time advances.
                await Task.WhenAny(call);
            }
        });

        Assert.Equal(isSourceSlow, double.IsNaN(seconds));
    }

    [Fact]
    public async Task Uploads_over_a_slow_network_do_not_open_the_circuit()
    {
        await AnswerAsync();
        _rig.Answer = async (request, token) =>
        {
            await request.Content!.CopyToAsync(new SlowStream(), token);
            return new HttpResponseMessage();
        };

        Assert.True(double.IsNaN(await SecondsUntilOpenAsync(CreateContent)));
    }

    [Fact]
    public async Task Probe_with_an_upload_keeps_its_slot_and_fails_3_seconds_after_the_upload_ended()
    {
        await AnswerAsync();
        _rig.Handler.Circuits.Isolate(HandlerRig.Key, TimeSpan.FromSeconds(1));
        _rig.Time.Advance(TimeSpan.FromSeconds(1));
        var (source, sent) = (new TaskCompletionSource(), new TaskCompletionSource());
        _rig.Answer = async (request, token) =>
        {
            await request.Content!.CopyToAsync(Stream.Null, token);
            sent.SetResult();
            return await HangAsync();
        };
        _ = SendAsync(new PushContent(_ => source.Task));

        _rig.Time.Advance(TimeSpan.FromSeconds(30));
        Assert.True((await _rig.SendAsync()).IsCircuitOpen());
        Assert.Equal(CircuitState.HalfOpen, _rig.Circuit.State);

        source.SetResult();
        await sent.Task;
        _rig.Time.Advance(TimeSpan.FromSeconds(2.9));
        Assert.True((await _rig.SendAsync()).IsCircuitOpen());
        Assert.Equal(CircuitState.HalfOpen, _rig.Circuit.State);

        _rig.Time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.True((await _rig.SendAsync()).IsCircuitOpen());
        Assert.Equal(CircuitState.Open, _rig.Circuit.State);
    }

    // The transport may start, complete and repeat an upload before and after the call ends, and the circuit may change its state.
    [Fact]
    public void Random_order_of_upload_and_call_events_leaves_no_call_counted_as_in_flight_or_unanswered()
    {
        var random = new Random(1);
        for (var round = 0; round < 1_000; round++)
        {
            var harness = new CircuitHarness();
            var calls = new List<(Permit Permit, Upload Upload)>();
            for (var step = 0; step < 30; step++)
            {
                if (calls.Count == 0 || random.Next(3) == 0)
                {
                    Assert.Equal(Admission.Admitted, harness.Circuit.TryAdmit(harness.Now, out var permit));
                    calls.Add((permit, Upload.Observe(Request(new StreamContent(Stream.Null)), in permit)!));
                }

                var (call, upload) = calls[random.Next(calls.Count)];
                switch (random.Next(5))
                {
                    case 0 or 1:
                        upload.AwaitByte(default);
                        break;
                    case 2:
                        upload.End();
                        break;
                    case 3:
                        upload.EndCall(_ended);
                        call.Record(CallResult.Success with { IsAnswer = true }, harness.Now);
                        calls.Remove((call, upload));
                        upload.AwaitByte(default);
                        break;
                    default:
                        if (random.Next(10) == 0)
                        {
                            var now = harness.Now;
                            harness.Circuit.Apply(harness.Circuit.Phase, new Transition(CircuitState.Closed, CircuitTransitionReason.Reset, now), ref now);
                        }

                        break;
                }
            }

            calls.ForEach(rest =>
            {
                rest.Upload.EndCall(_ended);
                rest.Permit.Record(CallResult.Ignored, harness.Now);
            });
            Assert.Equal((0, 0), (harness.Circuit.Counters.InFlight, harness.Circuit.Counters.Silence.Unanswered(inFlight: 0)));
        }
    }

    private static Task<HttpResponseMessage> HangAsync() => new TaskCompletionSource<HttpResponseMessage>().Task;

    private static PushContent CreateContent() => new(stream => stream.WriteAsync(new byte[10]).AsTask());

    private static HttpRequestMessage Request(HttpContent? content) => new(HttpMethod.Post, HandlerRig.Url) { Content = content };

    private Task<HttpResponseMessage> SendAsync(HttpContent? content) => _rig.Invoker.SendAsync(Request(content), default);

    private async Task AnswerAsync()
    {
        for (var i = 0; i < 20; i++)
        {
            using var response = await _rig.SendAsync();
        }
    }

    private Task<double> SecondsUntilOpenAsync(Func<HttpContent?> create) => SecondsUntilOpenAsync(() =>
    {
        _ = SendAsync(create());
        return Task.CompletedTask;
    });

    // At 25 calls a second; NaN if the circuit does not open within 30 s.
    private async Task<double> SecondsUntilOpenAsync(Func<Task> send)
    {
        for (var i = 1; i <= 750; i++)
        {
            _rig.Time.Advance(TimeSpan.FromMilliseconds(40));
            await send();
            if (_rig.Circuit.State == CircuitState.Open)
            {
                return i / 25.0;
            }
        }

        return double.NaN;
    }

    private sealed class WaitingStream : MemoryStream
    {
        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            await Task.Delay(Timeout.Infinite, cancellationToken);
    }

    private sealed class SlowStream : MemoryStream
    {
        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => await _never;

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => _never;
    }
}
