using System.Diagnostics.Metrics;

namespace Http.CircuitBreaker.Benchmarks.Support;

/// <summary>Enables all instruments of the given meters and discards the measurements.</summary>
internal static class MetricsListener
{
    public static MeterListener Start(params string[] meters)
    {
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, meterListener) =>
            {
                if (meters.Contains(instrument.Meter.Name))
                {
                    meterListener.EnableMeasurementEvents(instrument);
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
