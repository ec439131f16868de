using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.DependencyInjection;

namespace Http.CircuitBreaker.EndToEnd.Tests.Clients;

/// <summary>A healthy host and a process that stands still, because all threads of its pool are blocked.</summary>
[Collection(nameof(StarvedPoolTests))]
[CollectionDefinition(nameof(StarvedPoolTests), DisableParallelization = true)]
public sealed class StarvedPoolTests
{
    private static readonly TimeSpan _spacing = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan _starvation = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Thread_pool_starvation_does_not_open_the_circuit_of_a_healthy_host()
    {
        // Slow enough that more than MinimumThroughput calls wait when the starvation begins.
        await using var host = await SwitchableHost.StartAsync(answerTime: TimeSpan.FromSeconds(0.8));
        var changes = new ConcurrentQueue<CircuitStateChange>();
        var services = new ServiceCollection();
        services.AddHttpClient("payments", client => client.BaseAddress = host.Address)
            .AddCircuitBreaker(options => options.OnStateChange = changes.Enqueue);
        await using var provider = services.BuildServiceProvider();
        using var client = provider.GetRequiredService<IHttpClientFactory>().CreateClient("payments");
        var calls = new List<Task>();

        async Task CallAsync()
        {
            using var response = await client.GetAsync("pay");
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }

        async Task SendAsync(int count)
        {
            for (var i = 0; i < count; i++)
            {
                calls.Add(CallAsync());
                await Task.Delay(_spacing);
            }
        }

        await SendAsync(60);
        var traffic = SendAsync(100);
        Assert.True(await StarveAsync(), "Work was done while the pool was to be starved.");
        await traffic.WaitAsync(_limit);
        await Task.WhenAll(calls).WaitAsync(_limit);

        Assert.Empty(changes);
        var circuit = Assert.Single(provider.GetRequiredService<ICircuitRegistry>().GetSnapshots());
        Assert.Equal((CircuitState.Closed, 1, 160), (circuit.State, circuit.Epoch, circuit.TotalSucceeded));
    }

    /// <summary>Blocks the threads of the pool for a while, and those that it adds. True if other work had to wait.</summary>
    private static Task<bool> StarveAsync()
    {
        var result = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        var release = new ManualResetEvent(initialState: false);
        new Thread(() =>
        {
            for (var i = 0; i < 2_000; i++)
            {
                ThreadPool.UnsafeQueueUserWorkItem(_ => release.WaitOne(), null);
            }

            var hasWorked = false;
            ThreadPool.UnsafeQueueUserWorkItem(_ => Volatile.Write(ref hasWorked, true), null);
            release.WaitOne(_starvation);
            result.SetResult(!Volatile.Read(ref hasWorked));
            release.Set();
        }) { IsBackground = true }.Start();
        return result.Task;
    }
}
