using System.Diagnostics.Metrics;
using System.Net;
using Http.CircuitBreaker.DependencyInjection;
using Http.CircuitBreaker.Telemetry;
using Http.CircuitBreaker.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Http.CircuitBreaker.Tests.Telemetry;

/// <summary>Standalone handlers have separate registries, but share one meter and the same attributes.</summary>
public sealed class StandaloneMetricsTests : IDisposable
{
    private const string Host = "server.address=host server.port=80";

    private readonly FakeTimeProvider _time = new();
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly CircuitMetrics _metrics;
    private HttpStatusCode _status = HttpStatusCode.OK;

    public StandaloneMetricsTests() =>
        _metrics = new CircuitMetrics(_services.GetRequiredService<IMeterFactory>);

    [Fact]
    public async Task Metrics_add_up_the_calls_of_all_standalone_handlers()
    {
        using var requests = Collect<long>("requests");
        var (one, other) = (Handler(), Handler());
        await SendAsync(one, times: 2);
        _status = HttpStatusCode.NotImplemented;
        await SendAsync(other);

        Assert.Equal(["client= outcome=success = 2", "client= outcome=failure = 1"], requests.Observe().Take(2));
        Assert.Equal(5, requests.Observe().Count);
    }

    [Fact]
    public async Task Metrics_keep_a_disposed_handlers_calls_but_not_its_circuits()
    {
        using var requests = Collect<long>("requests");
        using var circuits = Collect<long>("circuits");
        var (one, other) = (Handler(), Handler());
        await SendAsync(one, times: 2);
        await SendAsync(other);
        Assert.Contains("client= state=closed = 2", circuits.Observe());

        Release(one);

        Assert.Contains("client= outcome=success = 3", requests.Observe());
        Assert.Contains("client= state=closed = 1", circuits.Observe());
        await SendAsync(other);
        Assert.Contains("client= outcome=success = 4", requests.Observe());
    }

    [Fact]
    public async Task Handlers_that_are_not_disposed_are_garbage_collected_and_their_calls_stay_in_the_metrics()
    {
        using var requests = Collect<long>("requests");
        using var circuits = Collect<long>("circuits");
        var collected = new List<WeakReference>();
        for (var i = 0; i < 100; i++)
        {
            collected.Add(await UseAsync());
        }

        for (var i = 0; i < 10 && collected.Exists(handler => handler.IsAlive); i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            Assert.Contains("client= outcome=success = 100", requests.Observe());
        }

        Assert.DoesNotContain(collected, handler => handler.IsAlive);
        Assert.DoesNotContain(circuits.Observe(), line => line.EndsWith("closed = 100", StringComparison.Ordinal));

        // A separate method, so that no local variable keeps the handler alive.
        async Task<WeakReference> UseAsync()
        {
            var handler = Handler();
            await SendAsync(handler);
            return new WeakReference(handler);
        }
    }

    [Fact]
    public async Task Calls_are_counted_once_if_a_registry_is_reused_after_disposal()
    {
        using var requests = Collect<long>("requests");
        var first = Handler();
        await SendAsync(first, times: 2);
        Release(first);
        await SendAsync(Handler(first.Circuits));

        Assert.Contains("client= outcome=success = 3", requests.Observe());
    }

    [Fact]
    public async Task State_metric_adds_up_the_circuits_of_several_handlers_for_the_same_host()
    {
        using var state = Collect<long>("state");
        using var ratio = Collect<double>("failure.ratio");
        var (one, other) = (Handler(), Handler());
        await SendAsync(one);
        await SendAsync(other);
        one.Circuits.Isolate(HandlerRig.Key);
        other.Circuits.Isolate(HandlerRig.Key);

        Assert.Equal(
            ["closed = 0", "open = 0", "half_open = 0", "isolated = 2"],
            state.Observe().Select(line => line.Replace("client= state=", "", StringComparison.Ordinal).Replace($" {Host}", "", StringComparison.Ordinal)));
        Assert.Equal([$"client= {Host} = 0"], ratio.Observe());
    }

    [Fact]
    public void In_flight_metric_is_the_sum_over_all_handlers_not_yet_disposed()
    {
        using var inFlight = Collect<long>("in_flight");
        var (one, other) = (Handler(), Handler());
        _status = 0;
        _ = SendAsync(one);
        _ = SendAsync(other);
        Assert.Equal(["client= = 2"], inFlight.Observe());

        Release(one);

        Assert.Equal(["client= = 1"], inFlight.Observe());
    }

    public void Dispose() => _services.Dispose();

    private MetricCollector<T> Collect<T>(string instrument)
        where T : struct =>
        new(_services.GetRequiredService<IMeterFactory>(), "Http.CircuitBreaker", "http_circuit_breaker." + instrument);

    // A status of 0 means no response.
    private CircuitBreakerHandler Handler(ICircuitRegistry? circuits = null)
    {
        var registry = StandaloneRegistry.Join(new CircuitBreakerOptions(), circuits, _time, loggerFactory: null, _metrics);
        return new CircuitBreakerHandler(registry.Client, registry.Telemetry, registry)
        {
            InnerHandler = new StubHandler((_, _) => _status == 0
                ? new TaskCompletionSource<HttpResponseMessage>().Task
                : Task.FromResult(new HttpResponseMessage(_status))),
        };
    }

    private static void Release(CircuitBreakerHandler handler) => ((StandaloneRegistry)handler.Circuits).Release();

    private static async Task SendAsync(CircuitBreakerHandler handler, int times = 1)
    {
        using var invoker = new HttpMessageInvoker(handler, disposeHandler: false);
        for (var i = 0; i < times; i++)
        {
            await invoker.SendAsync(new HttpRequestMessage(HttpMethod.Get, HandlerRig.Url), default);
        }
    }
}
