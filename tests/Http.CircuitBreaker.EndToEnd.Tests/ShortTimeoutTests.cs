using Grpc.Core;
using Http.CircuitBreaker.EndToEnd.Tests.Grpc;
using Http.CircuitBreaker.Faults;
using Microsoft.Extensions.DependencyInjection;

namespace Http.CircuitBreaker.EndToEnd.Tests;

/// <summary>A host that hangs opens the circuit of callers with a timeout or deadline of 50 to 300 ms.</summary>
public sealed class ShortTimeoutTests
{
    // A busy machine may cancel calls so late that they do not count, hence many calls.
    private const int MaxCalls = 100;

    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData(50)]
    [InlineData(100)]
    [InlineData(300)]
    public async Task Hanging_host_opens_the_circuit_of_a_client_with_a_short_timeout(int timeout)
    {
        await using var site = new RawSite(Behaviours.AnswerAndHang(""));
        var services = new ServiceCollection();
        services.AddHttpClient("payments", client => client.Timeout = TimeSpan.FromMilliseconds(timeout)).AddCircuitBreaker(OpenAfterThree);
        await using var provider = services.BuildServiceProvider();
        using var client = provider.GetRequiredService<IHttpClientFactory>().CreateClient("payments");
        var (circuits, key) = (provider.GetRequiredService<ICircuitRegistry>(), CircuitKey.FromUri("payments", site.Address));

        for (var calls = 0; calls < MaxCalls && circuits.Find(key)?.State != CircuitState.Open; calls++)
        {
            await Assert.ThrowsAsync<TaskCanceledException>(() => client.GetAsync(site.Address).WaitAsync(_limit));
        }

        Assert.Equal((CircuitState.Open, "timeout"), (circuits.Find(key)!.State, circuits.Find(key)!.LastFailureReason));
    }

    [Theory]
    [InlineData(50)]
    [InlineData(100)]
    [InlineData(300)]
    public async Task Hanging_host_opens_the_circuit_of_gRPC_calls_with_a_short_deadline(int deadline)
    {
        await using var host = await PaymentsHost.StartAsync();
        await using var caller = PaymentsCaller.Create(isFromFactory: true, host.Address, OpenAfterThree);
        await caller.Client.PayAsync(new Order()).ResponseAsync.WaitAsync(_limit);

        for (var calls = 0; calls < MaxCalls && caller.Circuit.State != CircuitState.Open; calls++)
        {
            await Assert.ThrowsAsync<RpcException>(() => caller.Client.PayAsync(
                new Order { Hangs = true }, deadline: DateTime.UtcNow.AddMilliseconds(deadline)).ResponseAsync.WaitAsync(_limit));
        }

        Assert.Contains(caller.Circuit.LastFailureReason, (string[])["timeout", "grpc_4"]);
        Assert.Equal(CircuitState.Open, caller.Circuit.State);
    }

    private static void OpenAfterThree(CircuitBreakerOptions options) =>
        (options.ConsecutiveFailures, options.ConsecutiveFailuresDuration) = (3, TimeSpan.Zero);
}
