using System.Net;
using Http.CircuitBreaker.Faults;
using Xunit.Abstractions;

namespace Http.CircuitBreaker.EndToEnd.Tests.Matrix;

/// <summary>Every fault opens the circuit when the thresholds are reached, and the circuit closes after the fault has ended.</summary>
public sealed class FaultMatrixTests(ITestOutputHelper output)
{
    public static TheoryData<string> Names => [.. FaultList.All.Select(fault => fault.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Every_kind_of_fault_opens_the_circuit_within_a_few_calls_and_recovery_closes_it(string name)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var fault = FaultList.All.Single(fault => fault.Name == name);
        var unguarded = await RunWithoutBreakerAsync(fault, timeout.Token);
        await using var site = await fault.StartAsync();
        using var client = new GuardedClient(fault, site);

        var calls = 0;
        while (client.State != CircuitState.Open)
        {
            var result = await CallResult.RunAsync(fault, client.Http, site.Address, timeout.Token);
            if (result.IsRejected)
            {
                // This call opened the circuit because of overdue calls, and was rejected.
                break;
            }

            Assert.Equal(unguarded, result);
            Assert.True(++calls <= GuardedClient.Throughput + 3, $"Still {client.State} after {calls} calls.");
        }

        output.WriteLine($"{name}: open after {calls} calls ({client.Circuits.Find(client.Key)!.LastFailureReason}); outcome {unguarded.Outcome}");
        Assert.InRange(calls, GuardedClient.Throughput, GuardedClient.Throughput + (DependsOnTime(fault) ? 3 : 0));
        await AssertRejectsWithoutSendingAsync(fault, client, site, timeout.Token);

        site.Heal();
        await CallUntilServedAsync(fault, client, site, timeout.Token);
    }

    // On a busy machine the headers may come late, so that a body stalls for less than the timeout and is not evidence.
    private static bool DependsOnTime(Fault fault) =>
        fault.SlowCallDuration is not null || fault.CallTimeout is not null || fault.ClientTimeout != Timeout.InfiniteTimeSpan;

    // On a busy machine a healthy call may exceed the client's short timeout, so call until the circuit is closed and a call succeeds.
    private static async Task CallUntilServedAsync(Fault fault, GuardedClient client, IFaultySite site, CancellationToken timeout)
    {
        while (client.State != CircuitState.Closed || (await CallResult.RunAsync(fault, client.Http, site.Address, timeout)).Outcome != "200")
        {
            await CallResult.RunAsync(fault, client.Http, site.Address, timeout);
            await Task.Delay(50, timeout);
        }
    }

    private static async Task<CallResult> RunWithoutBreakerAsync(Fault fault, CancellationToken timeout)
    {
        await using var site = await fault.StartAsync();
        using var transport = new SocketsHttpHandler();
        fault.Transport(transport, site);
        HttpMessageHandler inner = fault.CallTimeout is { } limit ? new TimeLimit(limit) { InnerHandler = transport } : transport;
        using var handler = fault.Inside?.Invoke() is { } inside ? Around(inside, inner) : inner;
        using var client = new HttpClient(handler) { Timeout = fault.ClientTimeout };
        return await CallResult.RunAsync(fault, client, site.Address, timeout);
    }

    private static DelegatingHandler Around(DelegatingHandler handler, HttpMessageHandler inner)
    {
        handler.InnerHandler = inner;
        return handler;
    }

    private static async Task AssertRejectsWithoutSendingAsync(Fault fault, GuardedClient client, IFaultySite site, CancellationToken timeout)
    {
        var arrivals = site.Arrivals;
        using var rejected = await fault.Call(client.Http, site.Address, timeout);
        Assert.True(rejected.IsCircuitOpen());
        Assert.Equal(fault.Name.StartsWith("gRPC", StringComparison.Ordinal) ? HttpStatusCode.OK : HttpStatusCode.ServiceUnavailable, rejected.StatusCode);
        Assert.Equal(arrivals, site.Arrivals);
    }

    // Throws the same exception as HttpClient.Timeout, as CallTimeout does.
    private sealed class TimeLimit(TimeSpan limit) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            using var source = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            source.CancelAfter(limit);
            try
            {
                return await base.SendAsync(request, source.Token);
            }
            catch (OperationCanceledException exception)
            {
                throw new TaskCanceledException("Timed out.", new TimeoutException("Timed out.", exception));
            }
        }
    }
}
