using Http.CircuitBreaker.Faults;
using Http.CircuitBreaker.Faults.Harmless;
using Microsoft.Extensions.DependencyInjection;
using Polly.CircuitBreaker;

namespace Http.CircuitBreaker.Benchmarks.Faults;

/// <summary>Measures over real sockets which faults, and which harmless cases, open the circuit of each breaker.</summary>
internal static class FaultComparison
{
    private const int MaxCalls = 16;
    private const int HarmlessCalls = 6;

    // Longer than every timeout in the comparison. The standard handler makes HttpClient.Timeout infinite, so only this ends a stalled
    // body.
    private static readonly TimeSpan _callLimit = TimeSpan.FromSeconds(2);

    public static async Task RunAsync(string reportPath)
    {
        var faults = new List<FaultRow>();
        foreach (var fault in FaultList.All)
        {
            faults.Add(new FaultRow(fault.Name, [.. await MeasureEachAsync(contender => CallsUntilOpenAsync(fault, contender))]));
            Console.WriteLine(faults[^1]);
        }

        var harmless = new List<FaultRow>();

        // Cases that need a list of failure statuses are left out: each library configures statuses differently.
        foreach (var harmlessCase in HarmlessCases.All.Where(harmlessCase => harmlessCase.FailureStatusCodes is null))
        {
            harmless.Add(new FaultRow(harmlessCase.Name, [.. await MeasureEachAsync(contender => CallsUntilOpenAsync(harmlessCase, contender))]));
            Console.WriteLine(harmless[^1]);
        }

        FaultReport.Write(reportPath, faults, harmless);
    }

    private static async Task<List<int?>> MeasureEachAsync(Func<Contender, Task<int?>> measure)
    {
        var results = new List<int?>();
        foreach (var contender in Contender.All)
        {
            results.Add(await measure(contender));
        }

        return results;
    }

    // Null if no call was rejected.
    private static async Task<int?> CallsUntilOpenAsync(Fault fault, Contender contender)
    {
        await using var site = await fault.StartAsync();
        var services = new ServiceCollection();
        var builder = services.AddHttpClient("measured", client => client.Timeout = fault.ClientTimeout)
            .RemoveAllLoggers()
            .UseSocketsHttpHandler((transport, _) => fault.Transport(transport, site));
        if (fault.Outside is { } outside)
        {
            builder.AddHttpMessageHandler(outside);
        }

        contender.Add(builder, fault.CallTimeout, fault.SlowCallDuration, fault.HasBrokenRule);
        if (fault.Inside is { } inside)
        {
            builder.AddHttpMessageHandler(inside);
        }

        await using var provider = services.BuildServiceProvider();
        var client = provider.GetRequiredService<IHttpClientFactory>().CreateClient("measured");
        for (var calls = 0; calls < MaxCalls; calls++)
        {
            using var limit = new CancellationTokenSource(_callLimit);
            if (await IsRejectedAsync(() => fault.Call(client, site.Address, limit.Token)))
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
        var builder = services.AddHttpClient("measured", client => site.Configure(client, harmless))
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

        contender.Add(builder, null, harmless.SlowCallDuration, false);
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
                // The case's assertion does not hold for a peer that retries or rejects. The final call below shows whether the circuit is
                // open.
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

    /// <summary>Bypasses a handler while it is off, so that a call reaches the circuit breaker unchanged.</summary>
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
