using Http.CircuitBreaker.Faults;
using Http.CircuitBreaker.Faults.Harmless;
using Microsoft.Extensions.DependencyInjection;
using Polly.CircuitBreaker;

namespace Http.CircuitBreaker.Benchmarks.Faults;

/// <summary>Which breaker sees which fault, and which takes something harmless for one. Over real sockets.</summary>
internal static class FaultComparison
{
    private const int MaxCalls = 16;
    private const int HarmlessCalls = 6;

    // Longer than every timeout here. The standard handler makes the client's own timeout infinite, so that a stalled body ends with this.
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(2);

    public static async Task RunAsync(string reportPath)
    {
        var faults = new List<FaultRow>();
        foreach (var fault in FaultList.All)
        {
            faults.Add(new FaultRow(fault.Name, [.. await InTurnAsync(contender => CallsUntilOpenAsync(fault, contender))]));
            Console.WriteLine(faults[^1]);
        }

        var harmless = new List<FaultRow>();
        // Those that need a list of statuses are a matter of options, which each library has in its own way.
        foreach (var harmlessCase in HarmlessCases.All.Where(harmlessCase => harmlessCase.FailureStatusCodes is null))
        {
            harmless.Add(new FaultRow(harmlessCase.Name, [.. await InTurnAsync(contender => CallsUntilOpenAsync(harmlessCase, contender))]));
            Console.WriteLine(harmless[^1]);
        }

        FaultReport.Write(reportPath, faults, harmless);
    }

    private static async Task<List<int?>> InTurnAsync(Func<Contender, Task<int?>> measure)
    {
        var results = new List<int?>();
        foreach (var contender in Contender.All)
        {
            results.Add(await measure(contender));
        }

        return results;
    }

    // How many calls reached the fault before one was rejected; null = none was.
    private static async Task<int?> CallsUntilOpenAsync(Fault fault, Contender contender)
    {
        await using var site = await fault.StartAsync();
        var services = new ServiceCollection();
        var builder = services.AddHttpClient("measured", client => client.Timeout = fault.ClientTimeout)
            .RemoveAllLoggers()
            .UseSocketsHttpHandler((transport, _) => fault.Transport(transport, site));
        contender.Add(builder, fault.CallTimeout, fault.SlowCallDuration);
        await using var provider = services.BuildServiceProvider();
        var client = provider.GetRequiredService<IHttpClientFactory>().CreateClient("measured");
        for (var calls = 0; calls < MaxCalls; calls++)
        {
            using var patience = new CancellationTokenSource(_patience);
            if (await IsRejectedAsync(() => fault.Call(client, site.Address, patience.Token)))
            {
                return calls;
            }
        }

        return null;
    }

    private static async Task<int?> CallsUntilOpenAsync(HarmlessCase harmless, Contender contender)
    {
        await using var site = await HarmlessSite.StartAsync();
        var services = new ServiceCollection();
        var builder = services.AddHttpClient("measured", client => (client.BaseAddress, client.Timeout) = (site.Address, harmless.ClientTimeout))
            .RemoveAllLoggers()
            .UseSocketsHttpHandler((transport, _) =>
            {
                transport.AllowAutoRedirect = false;
                harmless.Transport(transport);
            });
        if (harmless.Outside is { } outside)
        {
            builder.AddHttpMessageHandler(outside);
        }

        contender.Add(builder, null, harmless.SlowCallDuration);
        var isInside = false;
        if (harmless.Inside is { } inside)
        {
            builder.AddHttpMessageHandler(() => new Switch(inside(), () => isInside));
        }

        await using var provider = services.BuildServiceProvider();
        var client = provider.GetRequiredService<IHttpClientFactory>().CreateClient("measured");
        isInside = true;
        for (var calls = 0; calls < HarmlessCalls; calls++)
        {
            try
            {
                await harmless.Call(client).WaitAsync(TimeSpan.FromSeconds(30));
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                // It did not end as it ends without a breaker or with ours: a retry, or a rejection, which the next call shows.
            }
        }

        isInside = false;
        return await IsRejectedAsync(() => client.GetAsync("status/200")) ? HarmlessCalls : null;
    }

    private static async Task<bool> IsRejectedAsync(Func<Task<HttpResponseMessage>> call)
    {
        try
        {
            using var response = await call();
            return response.IsCircuitOpen();
        }
        catch (BrokenCircuitException)
        {
            return true;
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            return false;
        }
    }

    /// <summary>Takes a handler out of the way, to see whether the circuit behind it is open.</summary>
    private sealed class Switch : DelegatingHandler
    {
        private readonly Func<bool> _isOn;
        private readonly DelegatingHandler _handler;
        private HttpMessageInvoker? _on;

        public Switch(DelegatingHandler handler, Func<bool> isOn) => (_handler, _isOn) = (handler, isOn);

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (_on is null)
            {
                _handler.InnerHandler = InnerHandler!;
                _on = new HttpMessageInvoker(_handler, disposeHandler: false);
            }

            return _isOn() ? _on.SendAsync(request, cancellationToken) : base.SendAsync(request, cancellationToken);
        }
    }
}
