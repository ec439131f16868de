using System.Diagnostics.Metrics;

namespace Http.CircuitBreaker.Benchmarks.Support;

/// <summary>Listens to everything that some meters have to say, and does nothing with it.</summary>
internal static class MetricsListener
{
    public static MeterListener Start(params string[] meters)
    {
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, its) =>
            {
                if (meters.Contains(instrument.Meter.Name))
                {
                    its.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((_, _, _, _) => { });
        listener.SetMeasurementEventCallback<double>((_, _, _, _) => { });
        listener.SetMeasurementEventCallback<int>((_, _, _, _) => { });
        listener.Start();
        return listener;
    }
}
