using Grpc.Core;

namespace Http.CircuitBreaker.EndToEnd.Tests.Grpc;

/// <summary>gRPC says over HTTP 200 how it went; the real client and the real service show where.</summary>
public sealed class GrpcTests
{
    private static readonly TimeSpan _bound = TimeSpan.FromSeconds(60);

    public static TheoryData<bool> Ways => [false, true];

    public static TheoryData<bool, int, bool> Statuses
    {
        get
        {
            var data = new TheoryData<bool, int, bool>();
            for (var status = 1; status <= 16; status++)
            {
                data.Add(status % 2 == 0, status, status is 4 or 8 or 13 or 14);
            }

            return data;
        }
    }

    /// <summary>A status without a message is a reply of trailers only; behind messages it is in real trailers.</summary>
    [Theory]
    [MemberData(nameof(Statuses))]
    public async Task Only_statuses_that_blame_the_service_are_failures_wherever_they_stand(bool isFromFactory, int status, bool isFailure)
    {
        await using var host = await PaymentsHost.StartAsync();
        await using var caller = PaymentsCaller.Create(isFromFactory, host.Address, options => options.MinimumThroughput = 100);
        var order = new Order { Status = status };
        var calls = new Func<Task>[]
        {
            async () => await caller.Client.PayAsync(order),
            () => caller.WatchAsync(order),
            () => caller.WatchAsync(new Order { Status = status, Messages = 3 }),
        };
        for (var i = 0; i < calls.Length; i++)
        {
            var exception = await Assert.ThrowsAsync<RpcException>(() => calls[i]().WaitAsync(_bound));
            Assert.Equal(status, (int)exception.StatusCode);
            var circuit = caller.Circuit;
            Assert.Equal(isFailure ? (0, i + 1) : (i + 1, 0), (circuit.TotalSucceeded, circuit.TotalFailed));
            Assert.Equal(isFailure ? $"grpc_{status}" : null, circuit.LastFailureReason);
        }
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Calls_that_go_well_count_as_successes_and_never_open(bool isFromFactory)
    {
        await using var host = await PaymentsHost.StartAsync();
        await using var caller = PaymentsCaller.Create(
            isFromFactory, host.Address, options => (options.MinimumThroughput, options.FailureRatio) = (1, 0.01));
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal("paid", (await caller.Client.PayAsync(new Order()).ResponseAsync.WaitAsync(_bound)).Text);
            Assert.Equal(i, await caller.WatchAsync(new Order { Messages = i }).WaitAsync(_bound));
        }

        Assert.Equal((CircuitState.Closed, 10, 0), (caller.Circuit.State, caller.Circuit.TotalSucceeded, caller.Circuit.TotalFailed));
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 0)]
    [InlineData(false, 3)]
    [InlineData(true, 3)]
    public async Task An_unavailable_service_opens_and_the_open_circuit_is_Unavailable_to_the_caller(bool isFromFactory, int messages)
    {
        await using var host = await PaymentsHost.StartAsync();
        await using var caller = PaymentsCaller.Create(isFromFactory, host.Address, options => (options.ConsecutiveFailures, options.ConsecutiveFailuresDuration) = (3, TimeSpan.Zero));
        for (var i = 0; i < 3; i++)
        {
            await Assert.ThrowsAsync<RpcException>(
                () => caller.WatchAsync(new Order { Status = (int)StatusCode.Unavailable, Messages = messages }).WaitAsync(_bound));
        }

        Assert.Equal((CircuitState.Open, "grpc_14"), (caller.Circuit.State, caller.Circuit.LastFailureReason));
        foreach (var call in new Func<Task>[] { async () => await caller.Client.PayAsync(new Order()), () => caller.WatchAsync(new Order()) })
        {
            var rejected = await Assert.ThrowsAsync<RpcException>(() => call().WaitAsync(_bound));
            Assert.Equal(StatusCode.Unavailable, rejected.StatusCode);
        }

        Assert.Equal((2, 3), (caller.Circuit.Rejected, caller.Circuit.TotalFailed));
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 0)]
    [InlineData(false, 2)]
    [InlineData(true, 2)]
    public async Task A_service_that_hangs_until_the_deadline_opens(bool isFromFactory, int messages)
    {
        await using var host = await PaymentsHost.StartAsync();
        await using var caller = PaymentsCaller.Create(isFromFactory, host.Address, options => (options.ConsecutiveFailures, options.ConsecutiveFailuresDuration) = (3, TimeSpan.Zero));
        await caller.Client.PayAsync(new Order()).ResponseAsync.WaitAsync(_bound);
        for (var i = 0; i < 3; i++)
        {
            var order = new Order { Hangs = true, Messages = messages };
            var exception = await Assert.ThrowsAsync<RpcException>(
                () => caller.WatchAsync(order, DateTime.UtcNow.AddMilliseconds(500)).WaitAsync(_bound));
            Assert.Equal(StatusCode.DeadlineExceeded, exception.StatusCode);
        }

        Assert.True(SpinWait.SpinUntil(() => caller.Circuit.State == CircuitState.Open, TimeSpan.FromSeconds(10)));
        Assert.Equal(3, caller.Circuit.TotalFailed);
        Assert.Contains(caller.Circuit.LastFailureReason, (string[])["timeout", "grpc_4"]);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_service_that_hangs_without_headers_until_the_deadline_is_a_timeout(bool isFromFactory)
    {
        await using var host = await PaymentsHost.StartAsync();
        await using var caller = PaymentsCaller.Create(isFromFactory, host.Address, options => (options.ConsecutiveFailures, options.ConsecutiveFailuresDuration) = (3, TimeSpan.Zero));
        await caller.Client.PayAsync(new Order()).ResponseAsync.WaitAsync(_bound);
        for (var i = 0; i < 3; i++)
        {
            await Assert.ThrowsAsync<RpcException>(() => caller.Client.PayAsync(
                new Order { Hangs = true }, deadline: DateTime.UtcNow.AddMilliseconds(500)).ResponseAsync.WaitAsync(_bound));
        }

        Assert.True(SpinWait.SpinUntil(() => caller.Circuit.State == CircuitState.Open, TimeSpan.FromSeconds(10)));
        Assert.Equal((3, 0), (caller.Circuit.TotalFailed, caller.Circuit.InFlight));
    }

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    [InlineData(true, false)]
    public async Task A_caller_who_leaves_a_stream_after_the_clients_timeout_leaves_a_success(bool isFromFactory, bool isCancelled)
    {
        await using var host = await PaymentsHost.StartAsync();
        await using var caller = PaymentsCaller.Create(
            isFromFactory, host.Address, options => (options.MinimumThroughput, options.ClientTimeout) = (1, TimeSpan.FromMilliseconds(200)));
        using var leaving = new CancellationTokenSource();
        using (var call = caller.Client.Watch(new Order { Hangs = true, Messages = 1 }, cancellationToken: leaving.Token))
        {
            Assert.True(await call.ResponseStream.MoveNext(CancellationToken.None).WaitAsync(_bound));
            var next = call.ResponseStream.MoveNext(CancellationToken.None);
            await Task.Delay(300);
            if (isCancelled)
            {
                await leaving.CancelAsync();
                await Assert.ThrowsAnyAsync<Exception>(() => next.WaitAsync(_bound));
            }
        }

        Assert.Equal("paid", (await caller.Client.PayAsync(new Order()).ResponseAsync.WaitAsync(_bound)).Text);
        Assert.Equal((CircuitState.Closed, 2, 0), (caller.Circuit.State, caller.Circuit.TotalSucceeded, caller.Circuit.TotalFailed));
    }
}
