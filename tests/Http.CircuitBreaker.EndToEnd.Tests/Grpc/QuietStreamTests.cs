namespace Http.CircuitBreaker.EndToEnd.Tests.Grpc;

/// <summary>The headers of a gRPC stream come with its first message. A stream that stays quiet is not evidence against its host.</summary>
public sealed class QuietStreamTests
{
    private static readonly TimeSpan _testTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan _clientTimeout = TimeSpan.FromMilliseconds(400);

    /// <summary>Each starts a stream without a first response message, and returns how to wait for its end and how to leave it.</summary>
    private static readonly Dictionary<string, Func<Payments.PaymentsClient, CancellationToken, Task<(Task End, Action Leave)>>> _streams = new()
    {
        ["server stream"] = (client, token) =>
        {
            var call = client.Watch(new Order { Hangs = true }, cancellationToken: token);
            return Task.FromResult<(Task, Action)>((call.ResponseStream.MoveNext(CancellationToken.None), call.Dispose));
        },
        ["client stream"] = async (client, token) =>
        {
            var call = client.Collect(cancellationToken: token);
            await call.RequestStream.WriteAsync(new Order(), CancellationToken.None);
            return (call.ResponseAsync, call.Dispose);
        },
        ["duplex stream"] = async (client, token) =>
        {
            var call = client.Chat(cancellationToken: token);
            await call.RequestStream.WriteAsync(new Order(), CancellationToken.None);
            return (call.ResponseStream.MoveNext(CancellationToken.None), call.Dispose);
        },
    };

    public static TheoryData<string, bool, bool> Cases
    {
        get
        {
            var data = new TheoryData<string, bool, bool>();
            foreach (var stream in _streams.Keys)
            {
                data.Add(stream, true, false);
                data.Add(stream, true, true);
                data.Add(stream, false, true);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Stream_that_the_caller_abandons_before_the_first_message_is_ignored(
        string stream, bool isFromFactory, bool isCanceled)
    {
        await using var host = await PaymentsHost.StartAsync();
        await using var caller = PaymentsCaller.Create(isFromFactory, host.Address, options =>
        {
            (options.MinimumThroughput, options.FailureRatio, options.ClientTimeout) = (1, 0.01, _clientTimeout);
            options.SlowCallDuration = TimeSpan.FromMilliseconds(100);
        });
        using var cancellation = new CancellationTokenSource();
        var calls = new List<(Task End, Action Leave)>();
        for (var i = 0; i < 3; i++)
        {
            calls.Add(await _streams[stream](caller.Client, cancellation.Token).WaitAsync(_testTimeout));
        }

        // By now the calls have waited for longer than SlowCallDuration and as long as the client's timeout.
        await Task.Delay(_clientTimeout);
        Assert.Equal("paid", (await caller.Client.PayAsync(new Order()).ResponseAsync.WaitAsync(_testTimeout)).Text);
        Assert.Equal((CircuitState.Closed, 0, 3), (caller.Circuit.State, caller.Circuit.Overdue, caller.Circuit.InFlight));
        if (isCanceled)
        {
            await cancellation.CancelAsync();
        }

        foreach (var (end, leave) in calls)
        {
            leave();
            await Assert.ThrowsAnyAsync<Exception>(() => end.WaitAsync(_testTimeout));
        }

        Assert.True(SpinWait.SpinUntil(() => caller.Circuit.InFlight == 0, _testTimeout));
        Assert.Equal(
            (CircuitState.Closed, 1, 0, 3),
            (caller.Circuit.State, caller.Circuit.TotalSucceeded, caller.Circuit.TotalFailed, caller.Circuit.TotalIgnored));
    }

    [Fact]
    public async Task Stream_whose_first_message_arrives_late_is_a_success()
    {
        await using var host = await PaymentsHost.StartAsync();
        await using var caller = PaymentsCaller.Create(isFromFactory: true, host.Address, options =>
        {
            (options.MinimumThroughput, options.FailureRatio) = (1, 0.01);
            options.SlowCallDuration = TimeSpan.FromMilliseconds(100);
        });
        using var call = caller.Client.Chat();
        await call.RequestStream.WriteAsync(new Order());
        await Task.Delay(200);
        await call.RequestStream.WriteAsync(new Order { Messages = 1 });
        Assert.True(await call.ResponseStream.MoveNext(CancellationToken.None).WaitAsync(_testTimeout));
        await call.RequestStream.CompleteAsync();
        Assert.False(await call.ResponseStream.MoveNext(CancellationToken.None).WaitAsync(_testTimeout));

        Assert.Equal((CircuitState.Closed, 1, 0), (caller.Circuit.State, caller.Circuit.TotalSucceeded, caller.Circuit.TotalFailed));
    }
}
