using System.Net;
using Http.CircuitBreaker.Faults;
using Microsoft.Extensions.DependencyInjection;

namespace Http.CircuitBreaker.EndToEnd.Tests.Matrix;

/// <summary>A factory client configured for a fault. Its circuit opens at 50 % of at least four calls.</summary>
internal sealed class GuardedClient : IDisposable
{
    public const int Throughput = 4;

    private readonly ServiceProvider _services;

    public GuardedClient(Fault fault, IFaultySite site, Action<CircuitBreakerOptions>? configure = null)
    {
        var services = new ServiceCollection();
        var client = services.AddHttpClient("payments", client => client.Timeout = fault.ClientTimeout)
            .UseSocketsHttpHandler((transport, _) => fault.Transport(transport, site));
        if (fault.Outside is { } outside)
        {
            client.AddHttpMessageHandler(outside);
        }

        client.AddCircuitBreaker(options =>
        {
            if (fault.HasBrokenRule)
            {
                options.Classify = call => call.Response!.StatusCode == HttpStatusCode.Gone ? CircuitOutcome.Ignored : null;
            }

            (options.MinimumThroughput, options.ConsecutiveFailures) = (Throughput, null);
            (options.BreakDuration, options.MaxBreakDuration) = (TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
            (options.CallTimeout, options.SlowCallDuration) = (fault.CallTimeout, fault.SlowCallDuration);
            configure?.Invoke(options);
        });
        if (fault.Inside is { } inside)
        {
            client.AddHttpMessageHandler(inside);
        }

        _services = services.BuildServiceProvider();
        Http = _services.GetRequiredService<IHttpClientFactory>().CreateClient("payments");
        Circuits = _services.GetRequiredService<ICircuitRegistry>();
        Key = CircuitKey.FromUri("payments", site.Address);
    }

    public HttpClient Http { get; }

    public ICircuitRegistry Circuits { get; }

    public CircuitKey Key { get; }

    public CircuitState State => Circuits.Find(Key)?.State ?? CircuitState.Closed;

    public void Dispose() => _services.Dispose();
}
