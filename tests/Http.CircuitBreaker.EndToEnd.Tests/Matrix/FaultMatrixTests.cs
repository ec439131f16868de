using System.Net;
using Http.CircuitBreaker.Faults;
using Xunit.Abstractions;

namespace Http.CircuitBreaker.EndToEnd.Tests.Matrix;

/// <summary>Every fault opens the circuit as soon as its thresholds say, and the circuit closes again when the fault is gone.</summary>
public sealed class FaultMatrixTests(ITestOutputHelper output)
{
    public static TheoryData<string> Names => [.. FaultList.All.Select(fault => fault.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Opens_in_time_and_closes_when_healed(string name)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var fault = FaultList.All.Single(fault => fault.Name == name);
        var unguarded = await EndingWithoutBreakerAsync(fault, patience.Token);
        await using var site = await fault.StartAsync();
        using var client = new GuardedClient(fault, site);

        var calls = 0;
        while (client.State != CircuitState.Open)
        {
            var ending = await Ending.OfAsync(fault, client.Http, site.Address, patience.Token);
            if (ending.IsRejected)
            {
                // The call that found overdue ones: it opened the circuit itself.
                break;
            }

            Assert.Equal(unguarded, ending);
            Assert.True(++calls <= GuardedClient.Throughput + 3, $"Still {client.State} after {calls} calls.");
        }

        output.WriteLine($"{name}: open after {calls} calls ({client.Circuits.Find(client.Key)!.LastFailureReason}); they ended as {unguarded.Outcome}");
        Assert.InRange(calls, GuardedClient.Throughput, GuardedClient.Throughput + (fault.SlowCallDuration is null ? 0 : 3));
        await AssertRejectsWithoutSendingAsync(fault, client, site, patience.Token);

        site.Heal();
        await CallUntilServedAsync(fault, client, site, patience.Token);
    }

    // A healthy call may still miss its client's short timeout on a busy machine: what must come is a closed circuit whose calls are served.
    private static async Task CallUntilServedAsync(Fault fault, GuardedClient client, IFaultySite site, CancellationToken patience)
    {
        while (client.State != CircuitState.Closed || (await Ending.OfAsync(fault, client.Http, site.Address, patience)).Outcome != "200")
        {
            await Ending.OfAsync(fault, client.Http, site.Address, patience);
            await Task.Delay(50, patience);
        }
    }

    private static async Task<Ending> EndingWithoutBreakerAsync(Fault fault, CancellationToken patience)
    {
        await using var site = await fault.StartAsync();
        using var transport = new SocketsHttpHandler();
        fault.Transport(transport, site);
        using HttpMessageHandler handler = fault.CallTimeout is { } timeout ? new TimeLimit(timeout) { InnerHandler = transport } : transport;
        using var client = new HttpClient(handler) { Timeout = fault.ClientTimeout };
        return await Ending.OfAsync(fault, client, site.Address, patience);
    }

    private static async Task AssertRejectsWithoutSendingAsync(Fault fault, GuardedClient client, IFaultySite site, CancellationToken patience)
    {
        var arrivals = site.Arrivals;
        using var rejected = await fault.Call(client.Http, site.Address, patience);
        Assert.True(rejected.IsCircuitOpen());
        Assert.Equal(fault.Name.StartsWith("gRPC", StringComparison.Ordinal) ? HttpStatusCode.OK : HttpStatusCode.ServiceUnavailable, rejected.StatusCode);
        Assert.Equal(arrivals, site.Arrivals);
    }

    // Ends as HttpClient.Timeout would, which is what CallTimeout promises.
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
                throw new TaskCanceledException("Over.", new TimeoutException("Over.", exception));
            }
        }
    }
}
