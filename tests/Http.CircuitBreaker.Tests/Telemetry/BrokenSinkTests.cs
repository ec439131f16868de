using System.Diagnostics.Metrics;
using System.Net;
using Http.CircuitBreaker.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Http.CircuitBreaker.Tests.Telemetry;

public sealed class BrokenSinkTests
{
    private const string Url = "http://host/";

    [Fact]
    public async Task Throwing_logger_affects_neither_calls_nor_observers()
    {
        var observer = new RegistryObserver();
        using var rig = new RegistryRig(["c"], add: services => services
            .AddSingleton<ICircuitObserver>(observer)
            .AddLogging(logging => logging.AddProvider(new RegistryThrowingLoggers())));

        await AssertUnaffected(rig, observer);
    }

    [Fact]
    public async Task Throwing_metric_listener_affects_neither_calls_nor_observers()
    {
        var observer = new RegistryObserver();
        using var rig = new RegistryRig(["c"], add: services => services.AddSingleton<ICircuitObserver>(observer));
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, it) =>
            {
                if (instrument.Name == "http_circuit_breaker.transitions" && instrument.Meter.Scope == rig.MeterScope)
                {
                    it.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((_, _, _, _) => throw new IOException("exporter gone"));
        listener.Start();

        await AssertUnaffected(rig, observer);
    }

    private static async Task AssertUnaffected(RegistryRig rig, RegistryObserver observer)
    {
        rig.AnswerWith(HttpStatusCode.InternalServerError);
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(HttpStatusCode.InternalServerError, (await rig.GetAsync(Url)).StatusCode);
        }

        rig.Registry.Reset(RegistryRig.KeyOf(Url));
        Assert.Equal([CircuitState.Open, CircuitState.Closed], observer.States);
    }
}
