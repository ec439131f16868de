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
    public async Task A_log_that_throws_disturbs_neither_the_call_that_opens_a_circuit_nor_the_observers_then_and_later()
    {
        var observer = new RegistryObserver();
        using var rig = new RegistryRig(["c"], add: services => services
            .AddSingleton<ICircuitObserver>(observer)
            .AddLogging(logging => logging.AddProvider(new RegistryThrowingLoggers())));

        await AssertUndisturbed(rig, observer);
    }

    [Fact]
    public async Task A_listener_of_the_metrics_that_throws_does_not_either()
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

        await AssertUndisturbed(rig, observer);
    }

    private static async Task AssertUndisturbed(RegistryRig rig, RegistryObserver observer)
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
