using Grpc.Core;
using Http.CircuitBreaker.EndToEnd.Tests.Content;

namespace Http.CircuitBreaker.EndToEnd.Tests.Grpc;

/// <summary>gRPC sends its status in headers or trailers of an HTTP 200 response. Tested with the real client and a real service.</summary>
public sealed class GrpcTests
{
    private static readonly TimeSpan _testTimeout = TimeSpan.FromSeconds(60);

    public static TheoryData<bool> Registrations => [false, true];

    public static TheoryData<bool, int, bool> Statuses
    {
        get
        {
            var data = new TheoryData<bool, int, bool>();
            for (var status = 1; status <= 16; status++)
            {
                data.Add(status % 2 == 0, status, status is 2 or 4 or 8 or 13 or 14 or 15);
            }

            return data;
        }
    }

    /// <summary>A reply without messages has its status in the headers (trailers-only), one with messages in the trailers.</summary>
    [Theory]
    [MemberData(nameof(Statuses))]
    public async Task Only_server_side_gRPC_statuses_are_failures(bool isFromFactory, int status, bool isFailure)
    {
        await using var host = await PaymentsHost.StartAsync();
        await using var caller = PaymentsCaller.Create(isFromFactory, host.Address, options => options.MinimumThroughput = 100);
        var order = new Order { Status = status };
        var calls = new Func<Task>[]
        {
            async () => await caller.Client.PayAsync(order),
            async () => await caller.Client.PayAsync(new Order { Status = status, Messages = 1 }),
            () => caller.WatchAsync(order),
            () => caller.WatchAsync(new Order { Status = status, Messages = 3 }),
        };
        for (var i = 0; i < calls.Length; i++)
        {
            var exception = await Assert.ThrowsAsync<RpcException>(() => calls[i]().WaitAsync(_testTimeout));
            Assert.Equal(status, (int)exception.StatusCode);
            var circuit = caller.Circuit;
            Assert.Equal(isFailure ? (0, i + 1) : (i + 1, 0), (circuit.TotalSucceeded, circuit.TotalFailed));
            Assert.Equal(isFailure ? $"grpc_{status}" : null, circuit.LastFailureReason);
        }
    }

    [Theory]
    [MemberData(nameof(Registrations))]
    public async Task Successful_gRPC_calls_never_open_the_circuit(bool isFromFactory)
    {
        await using var host = await PaymentsHost.StartAsync();
        await using var caller = PaymentsCaller.Create(
            isFromFactory, host.Address, options => (options.MinimumThroughput, options.FailureRatio) = (1, 0.01));
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal("paid", (await caller.Client.PayAsync(new Order()).ResponseAsync.WaitAsync(_testTimeout)).Text);
            Assert.Equal(i, await caller.WatchAsync(new Order { Messages = i }).WaitAsync(_testTimeout));
        }

        Assert.Equal((CircuitState.Closed, 10, 0), (caller.Circuit.State, caller.Circuit.TotalSucceeded, caller.Circuit.TotalFailed));
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 0)]
    [InlineData(false, 3)]
    [InlineData(true, 3)]
    public async Task Rejected_gRPC_calls_have_the_status_Unavailable(bool isFromFactory, int messages)
    {
        await using var host = await PaymentsHost.StartAsync();
        await using var caller = PaymentsCaller.Create(isFromFactory, host.Address, options => (options.ConsecutiveFailures, options.ConsecutiveFailuresDuration) = (3, TimeSpan.Zero));
        for (var i = 0; i < 3; i++)
        {
            await Assert.ThrowsAsync<RpcException>(
                () => caller.WatchAsync(new Order { Status = (int)StatusCode.Unavailable, Messages = messages }).WaitAsync(_testTimeout));
        }

        Assert.Equal((CircuitState.Open, "grpc_14"), (caller.Circuit.State, caller.Circuit.LastFailureReason));
        foreach (var call in new Func<Task>[] { async () => await caller.Client.PayAsync(new Order()), () => caller.WatchAsync(new Order()) })
        {
            var rejected = await Assert.ThrowsAsync<RpcException>(() => call().WaitAsync(_testTimeout));
            Assert.Equal(StatusCode.Unavailable, rejected.StatusCode);
        }

        Assert.Equal((2, 3), (caller.Circuit.Rejected, caller.Circuit.TotalFailed));
    }

    [Theory]
    [InlineData(false, 0, false)]
    [InlineData(true, 0, false)]
    [InlineData(false, 2, false)]
    [InlineData(true, 2, false)]
    [InlineData(false, 2, true)]
    [InlineData(true, 2, true)]
    public async Task Service_that_hangs_until_the_deadline_opens_the_circuit(bool isFromFactory, int messages, bool hasLinkingHandler)
    {
        await using var host = await PaymentsHost.StartAsync();
        await using var caller = PaymentsCaller.Create(
            isFromFactory,
            host.Address,
            options => (options.ConsecutiveFailures, options.ConsecutiveFailuresDuration) = (3, TimeSpan.Zero),
            hasLinkingHandler ? () => new LinkingHandler() : null);
        await caller.Client.PayAsync(new Order()).ResponseAsync.WaitAsync(_testTimeout);

        // On a busy machine a message may arrive just before the deadline, and that call is not a stall.
        for (var i = 0; i < 20 && caller.Circuit.State != CircuitState.Open; i++)
        {
            var order = new Order { Hangs = true, Messages = messages };
            var exception = await Assert.ThrowsAsync<RpcException>(
                () => caller.WatchAsync(order, DateTime.UtcNow.AddMilliseconds(500)).WaitAsync(_testTimeout));
            Assert.Contains(exception.StatusCode, (StatusCode[])[StatusCode.DeadlineExceeded, StatusCode.Unavailable]);
        }

        Assert.True(SpinWait.SpinUntil(() => caller.Circuit.State == CircuitState.Open, TimeSpan.FromSeconds(10)));
        Assert.InRange(caller.Circuit.TotalFailed, 3, 20);
        Assert.Contains(caller.Circuit.LastFailureReason, (string[])["timeout", "grpc_4"]);
    }

    [Theory]
    [MemberData(nameof(Registrations))]
    public async Task Service_that_sends_no_headers_until_the_deadline_opens_the_circuit(bool isFromFactory)
    {
        await using var host = await PaymentsHost.StartAsync();
        await using var caller = PaymentsCaller.Create(isFromFactory, host.Address, options => (options.ConsecutiveFailures, options.ConsecutiveFailuresDuration) = (3, TimeSpan.Zero));
        await caller.Client.PayAsync(new Order()).ResponseAsync.WaitAsync(_testTimeout);

        // A busy machine may cancel a call so late that it does not count as timed out.
        for (var i = 0; i < 20 && caller.Circuit.State != CircuitState.Open; i++)
        {
            await Assert.ThrowsAsync<RpcException>(() => caller.Client.PayAsync(
                new Order { Hangs = true }, deadline: DateTime.UtcNow.AddMilliseconds(500)).ResponseAsync.WaitAsync(_testTimeout));
        }

        Assert.True(SpinWait.SpinUntil(() => caller.Circuit.State == CircuitState.Open, TimeSpan.FromSeconds(10)));
        Assert.Equal((3, 0), (caller.Circuit.TotalFailed, caller.Circuit.InFlight));
    }

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    [InlineData(true, false)]
    public async Task Stream_abandoned_after_the_client_timeout_counts_as_a_success(bool isFromFactory, bool isCanceled)
    {
        await using var host = await PaymentsHost.StartAsync();
        await using var caller = PaymentsCaller.Create(
            isFromFactory, host.Address, options => (options.MinimumThroughput, options.ClientTimeout) = (1, TimeSpan.FromMilliseconds(200)));
        using var cancellation = new CancellationTokenSource();
        using (var call = caller.Client.Watch(new Order { Hangs = true, Messages = 1 }, cancellationToken: cancellation.Token))
        {
            Assert.True(await call.ResponseStream.MoveNext(CancellationToken.None).WaitAsync(_testTimeout));
            var next = call.ResponseStream.MoveNext(CancellationToken.None);
            await Task.Delay(300);
            if (isCanceled)
            {
                await cancellation.CancelAsync();
                await Assert.ThrowsAnyAsync<Exception>(() => next.WaitAsync(_testTimeout));
            }
        }

        Assert.Equal("paid", (await caller.Client.PayAsync(new Order()).ResponseAsync.WaitAsync(_testTimeout)).Text);
        Assert.Equal((CircuitState.Closed, 2, 0), (caller.Circuit.State, caller.Circuit.TotalSucceeded, caller.Circuit.TotalFailed));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Configured_gRPC_status_codes_replace_the_default(bool isFromFactory)
    {
        await using var host = await PaymentsHost.StartAsync();
        await using var caller = PaymentsCaller.Create(
            isFromFactory, host.Address, options => (options.FailureGrpcStatusCodes, options.MinimumThroughput) = (["5"], 100));
        foreach (var messages in (int[])[0, 2])
        {
            await Assert.ThrowsAsync<RpcException>(() => caller.WatchAsync(new Order { Status = 5, Messages = messages }).WaitAsync(_testTimeout));
            await Assert.ThrowsAsync<RpcException>(() => caller.WatchAsync(new Order { Status = 14, Messages = messages }).WaitAsync(_testTimeout));
        }

        Assert.Equal((2, 2, "grpc_5"), (caller.Circuit.TotalSucceeded, caller.Circuit.TotalFailed, caller.Circuit.LastFailureReason));
    }
}
